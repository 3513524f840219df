import type { RequestView, RunningView } from '../../contract-usage.ts';
import { idsWithin } from '../../../usage/ledger/ids.ts';
import type { Sources } from '../sources.ts';
import { askOf, isEmpty, type RequestFilter } from './filter.ts';

/** Calls on one page. More would be slower to draw than to leaf through. */
export const ofPage = 100;

/** Several processes may write, each a batch at a time: a call is in the ledger at most so long after a younger one (ms). */
export const latestMs = 10_000;

/** A piece of the ledger, and what goes on beside it. */
export interface RequestsView {
  readonly filter: RequestFilter;
  /** Newest first. */
  readonly calls: readonly RequestView[];
  /** Only those before this id; undefined where the newest are shown. */
  readonly before: number | undefined;
  readonly running: readonly RunningView[];
  /** Behind this id is what has not been looked through yet: what comes next. */
  readonly lookedTo: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function requestsView(
  sources: Sources,
  filter: RequestFilter,
  before: number | undefined,
): Promise<RequestsView> {
  const { reports, running, clock } = sources;
  const isNewest = before === undefined;
  const settled = isNewest ? await settledTo(sources, filter) : 0;
  const calls = await reports.requests({ ...askOf(filter, ofPage), before });
  const inside = isNewest ? (await running()).filter((call) => fits(call, filter)) : [];
  const lookedTo = Math.max(settled, calls.at(-1)?.id ?? 0);
  return { filter, calls: calls.toReversed(), before, running: inside, lookedTo, now: clock.now() };
}

/** The calls behind `after`: the newest of them, where there are more than a page holds. */
export async function newsView(
  sources: Sources,
  filter: RequestFilter,
  after: number,
): Promise<RequestsView> {
  const { reports, running, clock } = sources;
  const settled = await settledTo(sources, filter);
  const ask = { ...askOf(filter, ofPage), after, before: Number.MAX_SAFE_INTEGER };
  const calls = await reports.requests(ask);
  const inside = (await running()).filter((call) => fits(call, filter));
  const lookedTo = Math.max(after, settled, calls.at(-1)?.id ?? 0);
  return {
    filter,
    calls: calls.toReversed(),
    before: undefined,
    running: inside,
    lookedTo,
    now: clock.now(),
  };
}

/**
 * Up to which id the ledger gets no further calls, as far as the filter's newest call does not say it: a filter that
 * nothing fits would have all of it looked through with each call that ends. Asked before the calls are looked for,
 * so that none slips in between.
 */
async function settledTo({ reports }: Sources, filter: RequestFilter): Promise<number> {
  if (isEmpty(filter)) return 0;
  const [newest] = await reports.requests({ limit: 1 });
  return newest === undefined ? 0 : Math.max(0, newest.id - idsWithin(latestMs));
}

/** Of a call that is not over only a part is known: what is asked for beyond that is shown when it is. */
function fits(
  call: RunningView,
  { q, model, client, session, account, ended, troubled }: RequestFilter,
): boolean {
  if (ended !== '' || troubled !== '') return false;
  if (account !== '' && call.account !== account && call.accountId !== account) return false;
  if (model !== '' && call.model !== model) return false;
  if (client !== '' && call.client !== client && call.clientId !== client) return false;
  if (session !== '' && call.session?.startsWith(session) !== true) return false;
  const words = [call.requestId, call.path, call.client, call.session, call.model, call.account];
  return q === '' || words.join(' ').toLowerCase().includes(q.toLowerCase());
}
