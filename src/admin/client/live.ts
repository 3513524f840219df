import { facts } from './facts.ts';
import { htmx } from './htmx.ts';

interface Hello {
  readonly run: string;
  readonly assets: string;
  readonly change: string;
  readonly marks: Record<string, string>;
}

/** The server says something every ten seconds: without a word for longer the line is dead (ms). */
const silenceMs = 25_000;
const retryMs = 700;
/** A stream that breaks and comes again at once is nobody's business (ms). */
const patienceMs = 400;
const toldMs = 4_000;
/** How often what moves with time is fetched again (ms). */
const minuteMs = 60_000;

let source: EventSource | undefined;
let silence = 0;
let trouble = 0;
/** A minute has passed that nobody saw. */
let isLate = false;

/** Whether this page shows anything that changes: who is not known is shown nothing. */
function isLive(): boolean {
  return Object.keys(facts().marks).length > 0;
}

/** Follows what changes, as long as somebody may be looking. */
function connect(): void {
  source?.close();
  const { watches } = facts();
  source = new EventSource(watches === undefined ? '/api/events' : `/api/events?watch=${watches}`);
  source.addEventListener('hello', (event) => {
    welcome(JSON.parse(String(event.data)));
  });
  source.addEventListener('marks', (event) => {
    heard();
    take(JSON.parse(String(event.data)));
  });
  source.addEventListener('beat', heard);
  source.addEventListener('signed-out', () => {
    source?.close();
    const here = location.pathname + location.search;
    location.assign(`/sign-in?to=${encodeURIComponent(here)}`);
  });
  source.addEventListener('other-role', () => {
    location.reload();
  });
  source.addEventListener('error', lost);
  heard();
}

function heard(): void {
  clearTimeout(silence);
  silence = window.setTimeout(lost, silenceMs);
}

function lost(): void {
  source?.close();
  source = undefined;
  clearTimeout(silence);
  trouble ||= window.setTimeout(() => {
    bar('Connection lost, trying again …');
  }, patienceMs);
  silence = window.setTimeout(connect, retryMs);
}

function welcome({ run, assets, change, marks }: Hello): void {
  heard();
  const now = facts();
  const isRestarted = now.run !== '' && now.run !== run;
  const wasLost = bar() !== '';
  clearTimeout(trouble);
  trouble = 0;
  if (now.assets !== assets && document.querySelector('dialog[open]') === null) {
    // Another version: what is on screen no longer fits what comes.
    location.reload();
    return;
  }
  Object.assign(now, { run, change });
  if (isRestarted) bar('The proxy has restarted.', true);
  else if (wasLost) bar('Connected again.', true);
  take(marks);
}

/** Fetches again what is not as it was. */
function take(marks: Record<string, string>): void {
  const { marks: before } = facts();
  const changed = Object.keys(marks).filter((topic) => before[topic] !== marks[topic]);
  Object.assign(before, marks);
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const topics = (part.dataset['live'] ?? '').split(' ');
    if (topics.some((topic) => changed.includes(topic))) htmx.trigger(part, 'live');
  }
  document.dispatchEvent(new CustomEvent('proxy:changed', { detail: changed }));
}

/** Fetches again what moves with time, or does so when somebody looks. */
function move(): void {
  isLate = document.visibilityState !== 'visible';
  if (isLate) return;
  for (const part of document.querySelectorAll<HTMLElement>('[data-moving]')) htmx.trigger(part, 'live');
}

/** What the bar says from now on; what it says where nothing is given. */
function bar(words?: string, isBack = false): string {
  const element = document.querySelector<HTMLElement>('#link');
  if (element === null) return '';
  if (words === undefined) return element.classList.contains('shown') ? (element.textContent ?? '') : '';
  element.textContent = words;
  element.classList.add('shown');
  element.classList.toggle('back', isBack);
  if (isBack)
    window.setTimeout(() => {
      if (element.textContent === words) element.classList.remove('shown');
    }, toldMs);
  return words;
}

// Browsers keep few connections to one host: pages that nobody sees must not hold them.
document.addEventListener('visibilitychange', () => {
  if (!isLive()) return;
  if (document.visibilityState === 'visible') {
    if (source === undefined) connect();
    if (isLate) move();
    return;
  }
  source?.close();
  source = undefined;
  clearTimeout(silence);
});

window.addEventListener('pagehide', () => {
  source?.close();
  clearTimeout(silence);
  clearTimeout(trouble);
});

window.setInterval(move, minuteMs);
if (isLive() && document.visibilityState === 'visible') connect();
