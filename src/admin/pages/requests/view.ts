import type { RequestView, RunningView } from '../../contract-usage.ts';
import type { Sources } from '../sources.ts';
import { askOf, type RequestFilter } from './filter.ts';

/** Calls on one page. More would be slower to draw than to leaf through. */
export const ofPage = 100;

/** A piece of the ledger, and what goes on beside it. */
export interface RequestsView {
  readonly filter: RequestFilter;
  /** Newest first. */
  readonly calls: readonly RequestView[];
  /** Only those before this id; undefined where the newest are shown. */
  readonly before: number | undefined;
  readonly running: readonly RunningView[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function requestsView(
  { reports, running, clock }: Sources,
  filter: RequestFilter,
  before: number | undefined,
): Promise<RequestsView> {
  const calls = await reports.requests({ ...askOf(filter, ofPage), before });
  const inside = before === undefined ? (await running()).filter((call) => fits(call, filter)) : [];
  return { filter, calls: calls.toReversed(), before, running: inside, now: clock.now() };
}

/** The calls behind `after`: the newest of them, where there are more than a page holds. */
export async function newsView(
  sources: Sources,
  filter: RequestFilter,
  after: number,
): Promise<RequestsView> {
  const { reports, running, clock } = sources;
  const ask = { ...askOf(filter, ofPage), after, before: Number.MAX_SAFE_INTEGER };
  const calls = await reports.requests(ask);
  const inside = (await running()).filter((call) => fits(call, filter));
  return { filter, calls: calls.toReversed(), before: undefined, running: inside, now: clock.now() };
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
