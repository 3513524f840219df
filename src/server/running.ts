import type { RunningView } from '../admin/contract-usage.ts';
import type { CallUnderway } from '../proxy/underway.ts';

/** As much of a path as is worth showing (characters). */
const longestPath = 200;

/** A call that is inside, as the page shows it. `now` is on the clock that never jumps (ms). */
export function runningView({ call, trace }: CallUnderway, now: number): RunningView {
  const { facts } = trace;
  return {
    requestId: trace.requestId,
    ms: Math.max(0, Math.round(now - trace.startedAt)),
    method: call.method,
    path: (call.target.split('?', 1)[0] ?? '').slice(0, longestPath),
    client: facts.client?.name ?? 'unknown',
    clientId: facts.client?.id ?? 'unknown',
    session: facts.session ?? null,
    model: facts.model ?? null,
    isStream: facts.isStream,
    account: facts.account?.name ?? null,
    accountId: facts.account?.id ?? null,
  };
}
