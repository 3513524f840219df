import { type Cap, fullest, percentOf, thresholdOf } from './cap.ts';
import type { Period } from './period.ts';

/** Money that was used, in cents; the API calls it so. */
interface Credits {
  readonly limit: null;
  readonly used_credits: number;
  readonly utilization: null;
}

/** One budget, as Claude Code's `/usage` lists it. */
interface LimitView {
  readonly kind: 'spend';
  readonly group: Period;
  readonly percent: number;
  /** ISO 8601, to the second what the header says. */
  readonly resets_at: string;
  readonly severity: 'normal' | 'warning' | 'critical';
  /** `extra_usage` tells the money of this one. */
  readonly is_active: boolean;
}

/** The answer of `GET /api/oauth/usage`: cents and whole percents, as numbers. */
export interface UsageView {
  readonly extra_usage: {
    readonly is_enabled: true;
    /** Monthly by name; also of a daily or weekly budget. `null`, never 0, where there is none. */
    readonly monthly_limit: number | null;
    readonly used_credits: number;
    readonly utilization: number | null;
    readonly currency: 'USD';
    readonly daily?: Credits;
    readonly weekly?: Credits;
  };
  readonly limits: readonly LimitView[];
}

/** `caps` are the caller's; `spent` is what the caller alone has spent, in millionths of a US dollar. */
export function usageView(caps: readonly Cap[], spent: (period: Period) => number): UsageView {
  const active = fullest(caps.filter(({ pot }) => pot.unit === 'usd'));
  const limits = caps.map((cap) => limitView(cap, cap === active));
  if (active !== undefined) {
    const money = {
      monthly_limit: cents(active.pot.limit),
      used_credits: cents(active.used),
      utilization: percentOf(active),
    };
    return { extra_usage: { is_enabled: true, ...money, currency: 'USD' }, limits };
  }
  const credits = (period: Period): Credits => ({
    limit: null,
    used_credits: cents(spent(period)),
    utilization: null,
  });
  const money = { monthly_limit: null, used_credits: cents(spent('monthly')), utilization: null };
  return {
    extra_usage: {
      is_enabled: true,
      ...money,
      currency: 'USD',
      daily: credits('daily'),
      weekly: credits('weekly'),
    },
    limits,
  };
}

function limitView(cap: Cap, isActive: boolean): LimitView {
  const threshold = thresholdOf(cap);
  return {
    kind: 'spend',
    group: cap.pot.period,
    percent: percentOf(cap),
    resets_at: new Date(cap.resetAt).toISOString(),
    severity: threshold === undefined ? 'normal' : threshold < 1 ? 'warning' : 'critical',
    is_active: isActive,
  };
}

function cents(microUsd: number): number {
  return Math.round(microUsd / 10_000);
}
