import { agoWords, dayTime, inTime, lengthWords } from '../../base/time-words.ts';

/** Words for a moment are true for a while only (ms). */
const everyMs = 1_000;

const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** Puts every moment on the page into words, as seen from now and from here. */
export function retell(root: ParentNode = document): void {
  const now = Date.now();
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[data-as]')) {
    const at = element.dateTime;
    const ms = Date.parse(at);
    if (Number.isNaN(ms)) continue;
    const words = wordsFor(element.dataset['as'], at, ms, now);
    if (element.textContent !== words) element.textContent = words;
    const exact = exactly.format(ms);
    if (element.title !== exact) element.title = exact;
  }
}

function wordsFor(as: string | undefined, at: string, ms: number, now: number): string {
  if (as === 'ago') return agoWords(at, now);
  if (as === 'length') return lengthWords(now - ms);
  return as === 'in' ? inTime(ms - now) : dayTime(ms, now, as === 'second');
}

retell();
document.addEventListener('htmx:after:swap', () => {
  retell();
});
window.setInterval(() => {
  if (document.visibilityState === 'visible') retell();
}, everyMs);
