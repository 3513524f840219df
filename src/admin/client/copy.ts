const shownMs = 1_600;

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
  if (button === null) return;
  const text = document.querySelector(button.dataset['copy'] ?? '')?.textContent ?? '';
  void copied(text).then((isCopied) => {
    if (!isCopied) return;
    button.classList.add('copied');
    window.setTimeout(() => {
      button.classList.remove('copied');
    }, shownMs);
  });
});

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
