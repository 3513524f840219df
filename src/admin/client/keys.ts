import { htmx } from './htmx.ts';

/** How long a `g` waits for what comes after it (ms). */
const sequenceMs = 1_200;
const switchName = 'ccproxy-keys';

let begun = '';
let begunAt = 0;

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open], .menu:popover-open') !== null) return;
  const isBegun = begun !== '' && event.timeStamp - begunAt < sequenceMs;
  const sequence = isBegun ? `${begun} ${event.key}` : event.key;
  begun = '';
  // The second key of two belongs to the first, whatever it would mean in a row.
  if (!isBegun && inRow(event)) return;
  if (event.altKey || areOff()) return;
  const pressed = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(sequence)}"]`);
  if (pressed !== null) {
    event.preventDefault();
    if (pressed instanceof HTMLInputElement) pressed.focus();
    else pressed.click();
  } else if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`) !== null) {
    begun = event.key;
    begunAt = event.timeStamp;
  }
});

/** Rows are walked with arrows, `j` and `k`; keys of a row press what is in it. */
function inRow(event: KeyboardEvent): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const row = document.activeElement?.closest<HTMLElement>('[data-row]') ?? undefined;
  const isPlain = !event.altKey && !event.shiftKey;
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const isLetter = event.key.length === 1 && !event.altKey;
  if (isLetter && areOff()) return false;
  if (step !== undefined && isPlain) {
    if (row === undefined && event.key.startsWith('Arrow')) return false;
    const next = rows[row === undefined ? 0 : rows.indexOf(row) + step];
    next?.focus();
    event.preventDefault();
    return true;
  }
  if (row === undefined || document.activeElement !== row) return false;
  const name = event.altKey ? `Alt+${event.key}` : event.key;
  const pressed = row.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(name)}"]`);
  if (pressed === null && !act(row, name)) return false;
  event.preventDefault();
  pressed?.click();
  return true;
}

interface RowAction {
  readonly path: string;
  readonly reads?: boolean;
}

/** Does what the list of a row has for a key; false where it has nothing. */
function act(row: HTMLElement, name: string): boolean {
  const list = row.closest<HTMLElement>('[data-row-actions]');
  const actions: Partial<Record<string, RowAction>> = JSON.parse(list?.dataset['rowActions'] ?? '{}');
  const action = actions[name];
  if (action === undefined || list === null) return false;
  const path = action.path.replace(':id', row.dataset['row'] ?? '');
  if (action.reads === true)
    void htmx.ajax('GET', path, { source: list, target: '#dialog', swap: 'innerHTML' });
  else void htmx.ajax('POST', path, { source: list, swap: 'none' });
  return true;
}

/** Single keys do nothing, for who hits them by chance (WCAG 2.1.4). */
function areOff(): boolean {
  return localStorage.getItem(switchName) === 'off';
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

const box = document.querySelector<HTMLInputElement>('[data-switch-keys]');
if (box !== null) {
  box.checked = !areOff();
  box.addEventListener('change', () => {
    localStorage.setItem(switchName, box.checked ? 'on' : 'off');
  });
}
