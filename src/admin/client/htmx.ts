import htmx from 'htmx.org';
import { facts } from './facts.ts';
import { say } from './toasts.ts';

declare global {
  interface Window {
    /** Not in every browser (W3C Trusted Types). */
    readonly trustedTypes?: { createPolicy(name: string, rules: object): unknown };
  }
}

interface Security {
  initSecurity(policy: unknown, sync: unknown, async: unknown): void;
}

/** Attributes may name what to fetch, and never hold code: there is nothing here that could run it. */
function NoCode(): never {
  throw new Error('code in attributes is switched off');
}

// Only htmx turns text of ours into elements; the rules of the page let nothing else do so (Trusted Types).
const trusted = window.trustedTypes?.createPolicy('htmx', {
  createHTML: (text: string) => text,
  createScript: () => '',
});

htmx.registerExtension('no-code', {
  init(api: Security) {
    api.initSecurity(trusted, NoCode, NoCode);
  },
});

interface RequestDetail {
  readonly ctx: {
    readonly target?: unknown;
    readonly sourceElement?: unknown;
    readonly request: { readonly headers: Record<string, string>; readonly action: string };
    readonly response?: { readonly headers: Headers; readonly status: number };
  };
}

/** What htmx says with its events. */
export function detailOf(event: Event): RequestDetail {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- htmx says what is in its events
  return (event as CustomEvent<RequestDetail>).detail;
}

document.addEventListener('htmx:config:request', (event) => {
  const { change } = facts();
  const { request, sourceElement } = detailOf(event).ctx;
  if (change !== undefined) request.headers['x-ccproxy-change'] = change;
  // What keeps itself up to date keeps nobody signed in.
  if (sourceElement instanceof HTMLElement && sourceElement.dataset['live'] !== undefined)
    request.headers['x-ccproxy-live'] = 'yes';
});

document.addEventListener('htmx:before:response', (event) => {
  const { response } = detailOf(event).ctx;
  // A reverse proxy in between answers in its own words: they are no part of this page.
  if (response?.headers.get('content-type')?.startsWith('text/html') === true) return;
  event.preventDefault();
  say('bad', 'That did not work.', `The answer was no page but status ${response?.status ?? 0}.`);
});

document.addEventListener('htmx:error', (event) => {
  const source = event.target;
  // What is fetched by itself comes again with the connection, and the bar says so.
  if (source instanceof HTMLElement && source.dataset['live'] !== undefined) return;
  say('bad', 'The proxy does not answer.', 'Nothing was changed. Try again when it is back.');
});

document.addEventListener(
  'htmx:after:process',
  () => {
    // Buttons do something from now on; tests wait for it.
    document.documentElement.dataset['ready'] = '';
  },
  { once: true },
);

export { htmx };
