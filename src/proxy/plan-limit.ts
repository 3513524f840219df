import { familyOf } from '../accounts/family.ts';
import type { WindowSeen } from '../accounts/headroom/headroom.ts';
import type { Ask } from '../accounts/pool.ts';
import { couldServe } from './could-serve.ts';
import type { Gateway } from './gateway.ts';

/** What of the gateway tells whose plan has come to its end. */
export type AroundPlans = Pick<Gateway, 'pool' | 'clock' | 'headroom'>;

type UsedUp = Pick<WindowSeen, 'window'> & { readonly resetAt: number };

/**
 * The headers that make a limit of ours one of a plan (`anthropic-ratelimit-unified-…`), where every account that
 * could serve has used a window of its plan up; none where one of them is only throttled, since clients then say
 * that a plan is at its end. `resetAt` is when the call can be served again (ms since the epoch).
 */
export function planLimitHeaders(ask: Ask, resetAt: number, gateway: AroundPlans): string[] {
  const { pool, clock, headroom } = gateway;
  const now = clock.now();
  let soonest: UsedUp | undefined;
  for (const { id } of couldServe(ask, pool)) {
    const window = usedUp(headroom.of(id), ask.model, now);
    if (window === undefined) return [];
    if (soonest === undefined || window.resetAt < soonest.resetAt) soonest = window;
  }
  if (soonest === undefined) return [];
  const { window } = soonest;
  const claim = claimOf(window);
  return [
    ...unified('status', 'rejected'),
    ...(claim === undefined ? [] : unified('representative-claim', claim)),
    ...unified('reset', seconds(resetAt)),
    ...unified(`${window}-status`, 'rejected'),
    ...unified(`${window}-reset`, seconds(soonest.resetAt)),
  ];
}

/** The window of a plan that holds an account back longest, for calls of this model. */
function usedUp(windows: readonly WindowSeen[], model: string | undefined, now: number): UsedUp | undefined {
  const family = familyOf(model);
  let latest: UsedUp | undefined;
  for (const { window, kind, status, resetAt } of windows) {
    if (kind !== 'plan' || status !== 'rejected' || resetAt === undefined || resetAt <= now) continue;
    const of = familyOf(window);
    // Extra usage that is not to be had holds nobody back by itself.
    if (window === 'overage' || (of !== undefined && of !== family)) continue;
    if (latest === undefined || resetAt > latest.resetAt) latest = { window, resetAt };
  }
  return latest;
}

/** How the API calls a window in `representative-claim`; undefined of one nobody knows. */
function claimOf(window: string): string | undefined {
  const found = /^(5h|7d)(_[a-z]+)?$/.exec(window);
  return found === null ? undefined : `${found[1] === '5h' ? 'five_hour' : 'seven_day'}${found[2] ?? ''}`;
}

function unified(name: string, value: string): string[] {
  return [`anthropic-ratelimit-unified-${name}`, value];
}

function seconds(ms: number): string {
  return String(Math.ceil(ms / 1000));
}
