import { detailOf, htmx } from './htmx.ts';

// A part that keeps itself true may ask for something else by the time it is answered: another filter was chosen,
// another range, or what it had asked for came already. Such an answer is of what nobody sees any more: put in, it
// would show calls that do not fit, or the same one twice.

document.addEventListener('htmx:before:swap', (event) => {
  const { sourceElement, request } = detailOf(event).ctx;
  if (!(sourceElement instanceof HTMLElement) || sourceElement.dataset['live'] === undefined) return;
  if (addressOf(sourceElement) === request.action) return;
  event.preventDefault();
  // What it was asked for may have been told to nobody else.
  htmx.trigger(sourceElement, 'live');
});

/** What a part asks for now, as htmx writes it. */
function addressOf(part: HTMLElement): string {
  const { pathname, search } = new URL(part.getAttribute('hx-get') ?? '', document.baseURI);
  return pathname + search;
}
