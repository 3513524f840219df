import { htmx } from './htmx.ts';

// Rows in a `[data-order]` can be dragged by their `[data-grip]`; where one is dropped is asked of the server, which
// answers with the order as it then is. The keys of a row do the same without a pointer.

let dragged: HTMLElement | undefined;

document.addEventListener('pointerdown', (event) => {
  const row =
    event.target instanceof Element
      ? event.target.closest<HTMLElement>('[data-grip]')?.closest<HTMLElement>('[data-row]')
      : undefined;
  if (row !== undefined && row !== null) row.draggable = true;
});

document.addEventListener('pointerup', release);

document.addEventListener('dragstart', (event) => {
  const row = event.target;
  if (!(row instanceof HTMLElement) || !row.draggable || event.dataTransfer === null) return;
  dragged = row;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', row.id);
  row.classList.add('dragged');
});

document.addEventListener('dragover', (event) => {
  const over = rowUnder(event);
  clearMarks();
  if (over === undefined) return;
  event.preventDefault();
  if (over !== dragged) over.classList.add(isBelow(over, event) ? 'drop-after' : 'drop-before');
});

document.addEventListener('drop', (event) => {
  const over = rowUnder(event);
  const list = dragged?.closest<HTMLElement>('[data-order]');
  if (over === undefined || dragged === undefined || list === null || list === undefined) return;
  event.preventDefault();
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row !== dragged);
  const at = over === dragged ? -1 : rows.indexOf(over) + (isBelow(over, event) ? 1 : 0);
  const path = list.dataset['order'];
  if (at < 0 || path === undefined) return;
  const values = { id: dragged.dataset['row'] ?? '', before: rows[at]?.dataset['row'] ?? '' };
  void htmx.ajax('POST', path, { values, swap: 'none', source: list });
});

document.addEventListener('dragend', release);

function release(): void {
  clearMarks();
  for (const row of document.querySelectorAll<HTMLElement>('[data-row][draggable]')) {
    row.removeAttribute('draggable');
    row.classList.remove('dragged');
  }
  dragged = undefined;
}

function clearMarks(): void {
  for (const row of document.querySelectorAll('.drop-before, .drop-after'))
    row.classList.remove('drop-before', 'drop-after');
}

function rowUnder({ target }: DragEvent): HTMLElement | undefined {
  if (dragged === undefined || !(target instanceof Element)) return undefined;
  const row = target.closest<HTMLElement>('[data-row]');
  return row !== null && row.parentElement === dragged.parentElement ? row : undefined;
}

function isBelow(row: HTMLElement, { clientY }: DragEvent): boolean {
  const { top, height } = row.getBoundingClientRect();
  return clientY > top + height / 2;
}
