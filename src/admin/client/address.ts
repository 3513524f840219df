// What is chosen on a page stands in its address: a reload shows the same, and it can be kept and sent on.
document.addEventListener('click', (event) => {
  const link =
    event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-address]') : null;
  if (link !== null) history.replaceState(null, '', link.href);
});
