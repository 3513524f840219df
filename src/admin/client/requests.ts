// What only the list of requests needs in the browser: new ones come at its head, and it stays of a length that is
// quick to draw. Older ones are a page of their own.
document.addEventListener('htmx:after:swap', () => {
  const list = document.querySelector<HTMLElement>('#calls');
  if (list === null) return;
  // The first one is where the tab key comes in.
  const first = list.firstElementChild;
  if (first instanceof HTMLElement && list.querySelector('[tabindex="0"]') === null) first.tabIndex = 0;
  const most = Number(list.dataset['most'] ?? 0);
  let isCut = false;
  while (list.childElementCount > most && list.lastElementChild !== null) {
    list.lastElementChild.remove();
    isCut = true;
  }
  const last = list.lastElementChild;
  const older = document.querySelector<HTMLAnchorElement>('#older');
  if (!isCut || older === null || !(last instanceof HTMLElement)) return;
  const address = new URL(older.href);
  address.searchParams.set('before', last.dataset['row'] ?? '');
  older.href = address.href;
  older.hidden = false;
});

/** So long nothing needs the room of what runs before it is given up (ms). */
const roomyMs = 10_000;
/** So many rows fill it. */
const mostRows = 8;

let rowsKept = 0;
let shrinking = 0;

/**
 * What runs comes and goes several times a second: the list below does not jump with each of it. Measured is only
 * what grows, since measuring makes the browser lay out the page at once.
 */
function keepRoom(): void {
  const running = document.querySelector<HTMLElement>('#running');
  if (running === null) return;
  const rows = Math.min(mostRows, running.querySelectorAll('li').length);
  if (rows < rowsKept) return;
  clearTimeout(shrinking);
  shrinking = window.setTimeout(() => {
    rowsKept = 0;
    running.style.minHeight = '';
    keepRoom();
  }, roomyMs);
  if (rows === rowsKept) return;
  rowsKept = rows;
  running.style.minHeight = '';
  running.style.minHeight = `${running.offsetHeight}px`;
}

keepRoom();
document.addEventListener('htmx:after:swap', keepRoom);
