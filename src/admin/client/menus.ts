import { detailOf } from './htmx.ts';

const gap = 4;

/** What asked for a menu that is not the `popovertarget` of anybody. */
let asked: HTMLElement | undefined;

/** What comes into a menu opens it. */
document.addEventListener('htmx:after:swap', (event) => {
  const { target, sourceElement } = detailOf(event).ctx;
  if (!(target instanceof HTMLElement) || !target.matches('.menu') || target.childElementCount === 0) return;
  asked = sourceElement instanceof HTMLElement ? sourceElement : undefined;
  target.showPopover();
});

/** Puts a menu that has opened beside the button that opened it, and inside the window. */
document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches('.menu')) return;
    const button = document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`) ?? asked;
    if (button === undefined) return;
    if (!menu.matches(':popover-open')) {
      button.removeAttribute('aria-expanded');
      return;
    }
    button.setAttribute('aria-expanded', 'true');
    const place = button.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const below = place.bottom + gap + height <= window.innerHeight;
    menu.style.left = `${Math.max(8, Math.min(place.right - width, window.innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, below ? place.bottom + gap : place.top - gap - height)}px`;
    itemsOf(menu)[0]?.focus({ preventScroll: true });
  },
  true,
);

document.addEventListener('keydown', (event) => {
  const menu = document.activeElement?.closest<HTMLElement>('.menu');
  if (menu === null || menu === undefined) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const items = itemsOf(menu);
  const at = items.findIndex((item) => item === document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
});

document.addEventListener('click', (event) => {
  const menu = event.target instanceof Element ? event.target.closest<HTMLElement>('.menu') : null;
  if (menu === null || !(event.target instanceof Element) || event.target.closest('button') === null) return;
  menu.hidePopover();
});

// A menu does not scroll along with its button.
window.addEventListener(
  'scroll',
  () => document.querySelector<HTMLElement>('.menu:popover-open')?.hidePopover(),
  {
    passive: true,
  },
);

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('button:not(:disabled), a')];
}
