// What is chosen on a page stands in its address: a reload shows the same, and it can be kept and sent on.
document.addEventListener('click', (event) => {
  const link =
    event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-address]') : null;
  if (link !== null) history.replaceState(null, '', link.href);
});

document.addEventListener('input', (event) => {
  const form =
    event.target instanceof Element ? event.target.closest<HTMLFormElement>('form[data-address]') : null;
  if (form === null) return;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && value !== '') query.append(name, value);
  const text = query.toString();
  history.replaceState(null, '', text === '' ? form.action : `${form.action}?${text}`);
});
