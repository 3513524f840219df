import { htmx } from './htmx.ts';

// A form in the place of what it changes: Escape, and going elsewhere, put back what was there.

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !(event.target instanceof Element)) return;
  const form = event.target.closest<HTMLElement>('[data-cancel]');
  if (form !== null) cancel(form);
});

document.addEventListener('focusout', (event) => {
  const form = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-cancel]') : null;
  if (form === null || form.contains(event.relatedTarget instanceof Node ? event.relatedTarget : null))
    return;
  // Another window is no other place, and a form that is under way ends by itself.
  if (document.hasFocus() && form.isConnected && !form.classList.contains('htmx-request')) cancel(form);
});

document.addEventListener('htmx:after:swap', () => {
  const input = document.querySelector<HTMLInputElement>('[data-cancel] input');
  if (input !== null && document.activeElement !== input) {
    input.focus();
    input.select();
  }
});

function cancel(form: HTMLElement): void {
  const row = form.closest<HTMLElement>('[data-row]');
  void htmx
    .ajax('GET', form.dataset['cancel'] ?? '', { target: form, swap: 'outerHTML' })
    .then(() => row?.focus());
}
