import type { RequestsAsk } from '../../../usage/reports/request-list.ts';

/** How calls may have ended, as somebody chooses it. */
export const endings = [
  { value: 'complete', title: 'Complete' },
  { value: 'error', title: 'Errors' },
  { value: '429', title: '429, at a limit' },
  { value: '4xx', title: '4xx' },
  { value: '5xx', title: '5xx' },
  { value: 'cut', title: 'Broken off' },
  { value: 'client-left', title: 'Client left' },
] as const;

/** Which calls somebody wants to see; '' for whatever it is. It stands in the address. */
export interface RequestFilter {
  readonly q: string;
  readonly account: string;
  readonly model: string;
  readonly client: string;
  readonly session: string;
  readonly ended: string;
  /** `yes`: only what failed, broke off or moved. */
  readonly troubled: string;
}

const names = ['q', 'account', 'model', 'client', 'session', 'ended', 'troubled'] as const;

const longestWord = 512;
/** Nobody waits for a word to be looked for in more calls than these; the next page goes on from there. */
const reach = 200_000;

/** What an address says; what it says wrongly counts as not said. */
export function filterIn(query: Readonly<Record<string, string>>): RequestFilter {
  const word = (name: (typeof names)[number]): string => (query[name] ?? '').trim().slice(0, longestWord);
  return {
    q: word('q'),
    account: word('account'),
    model: word('model'),
    client: word('client'),
    session: word('session'),
    ended: endings.find(({ value }) => value === query['ended'])?.value ?? '',
    troubled: query['troubled'] === 'yes' ? 'yes' : '',
  };
}

/** The address of a filter below `path`, and of what else is asked for. */
export function addressOf(
  path: string,
  filter: Partial<RequestFilter>,
  more: Readonly<Record<string, number>> = {},
): string {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = filter[name] ?? '';
    if (value !== '') query.set(name, value);
  }
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function isEmpty(filter: RequestFilter): boolean {
  return names.every((name) => filter[name] === '');
}

/** What the ledger is asked for. */
export function askOf(filter: RequestFilter, limit: number): RequestsAsk {
  const { q, account, model, client, session, ended, troubled } = filter;
  const given = (text: string): string | undefined => (text === '' ? undefined : text);
  const isStatus = /^\d/.test(ended);
  return {
    limit,
    reach,
    account: given(account),
    model: given(model),
    client: given(client),
    session: given(session),
    ended: isStatus ? undefined : given(ended),
    status: isStatus ? ended : undefined,
    text: given(q),
    troubled: troubled === 'yes' ? true : undefined,
  };
}
