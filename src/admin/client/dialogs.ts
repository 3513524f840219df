import { detailOf } from './htmx.ts';

const dialog = document.querySelector<HTMLDialogElement>('#dialog');

/** What comes into the dialog opens it; what is done in it closes it. */
document.addEventListener('htmx:after:swap', (event) => {
  if (dialog === null || dialog.open || dialog.childElementCount === 0) return;
  if (detailOf(event).ctx.target !== dialog) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>('[autofocus]')?.focus();
});

document.addEventListener('dialog-done', () => {
  dialog?.close();
  empty();
});

dialog?.addEventListener('close', () => {
  // By now another may have been opened.
  if (!dialog.open) empty();
});

/** A secret that was typed does not stay in the page. */
function empty(): void {
  dialog?.replaceChildren();
}

document.addEventListener('click', (event) => {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const opener = target.closest<HTMLElement>('[data-open]');
  if (opener !== null) {
    const named = document.querySelector<HTMLDialogElement>(`#${CSS.escape(opener.dataset['open'] ?? '')}`);
    named?.showModal();
    return;
  }
  if (target.closest('[data-close-dialog]') !== null) target.closest('dialog')?.close();
  // Beside it: the ground behind a dialog belongs to it.
  else if (target instanceof HTMLDialogElement && isBeside(target, event)) target.close();
});

function isBeside(element: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
