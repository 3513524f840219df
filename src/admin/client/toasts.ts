/** Says something at the edge of the page that the server did not say. */
export function say(tone: 'good' | 'bad' | 'calm', title: string, text = ''): void {
  const toast = document.createElement('div');
  toast.className = `toast ${tone}`;
  if (tone !== 'bad') toast.dataset['seconds'] = '6';
  const words = document.createElement('div');
  words.className = 'toast-words';
  const strong = document.createElement('strong');
  strong.textContent = title;
  words.append(strong);
  if (text !== '') {
    const more = document.createElement('p');
    more.textContent = text;
    words.append(more);
  }
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'ghost square';
  close.dataset['closeToast'] = '';
  close.setAttribute('aria-label', 'Close this message');
  close.textContent = '×';
  toast.append(words, close);
  place()?.append(toast);
}

function place(): HTMLElement | null {
  return document.querySelector<HTMLElement>('#toasts');
}

/** Each goes after its time, but not while somebody reads it or is about to press its button. */
function watch(toast: HTMLElement): void {
  const seconds = Number(toast.dataset['seconds'] ?? 0);
  if (seconds === 0) return;
  let timer = 0;
  const wait = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      toast.remove();
    }, seconds * 1_000);
  };
  const hold = (): void => {
    clearTimeout(timer);
  };
  toast.addEventListener('pointerenter', hold);
  toast.addEventListener('focusin', hold);
  toast.addEventListener('pointerleave', wait);
  toast.addEventListener('focusout', wait);
  wait();
}

const toasts = place();
if (toasts !== null) {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node instanceof HTMLElement) watch(node);
  }).observe(toasts, { childList: true });
}

document.addEventListener('click', (event) => {
  if (event.target instanceof Element)
    event.target.closest('[data-close-toast]')?.closest('.toast')?.remove();
});
// What a toast offered was taken.
document.addEventListener('htmx:after:request', (event) => {
  if (event.target instanceof Element) event.target.closest('.toast')?.remove();
});
