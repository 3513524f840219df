import { fromRow } from '../accounts/account-row.ts';
import { AccountTable } from '../accounts/account-table.ts';
import type { Course } from '../accounts/headroom/course.ts';
import { lengthOf } from '../accounts/headroom/forecast.ts';
import { HeadroomTable } from '../accounts/headroom/headroom-table.ts';
import type { Database } from '../database/open.ts';
import type { RateLimits } from '../simulator/limits.ts';
import { madeUpAccount } from './made-up-account.ts';
import type { PlanLimit } from './plan-window.ts';
import type { Spending } from './recorded.ts';
import type { AccountModel } from './simulated-account.ts';

/** Less of a plan's window than that tells nothing about the whole (share). */
const leastUsed = 0.02;

/**
 * The accounts of this home that share calls, with the limits that their last answers told of. How much a plan's
 * window holds is guessed: what `spendings` say was spent in it, over the share that it said was used.
 *
 * @throws DatabaseError
 */
export async function recordedAccounts(
  database: Database,
  spendings: readonly Spending[],
): Promise<AccountModel[]> {
  const rows = await new AccountTable(database).rows();
  const windows = Map.groupBy(await new HeadroomTable(database).read(0), ({ accountId }) => accountId);
  return rows
    .map(fromRow)
    .filter(({ kind, enabled }) => enabled && kind !== 'passthrough')
    .map(({ id, name, priority, weight, models, maxConcurrent }) => {
      const courses = (windows.get(id) ?? []).map(({ course }) => course);
      const settings = { priority, weight, models, ...(maxConcurrent !== undefined && { maxConcurrent }) };
      return {
        account: { ...madeUpAccount(name, settings), id },
        limits: limitsIn(courses),
        windows: courses.flatMap((course) => planLimitIn(course, id, spendings)),
        troubles: [],
      };
    });
}

function limitsIn(courses: readonly Course[]): RateLimits {
  const limitOf = (window: string): number | undefined =>
    courses.find(({ reading }) => reading.kind === 'bucket' && reading.window === window)?.reading.limit;
  return {
    requestsPerMinute: limitOf('requests'),
    inputTokensPerMinute: limitOf('input-tokens'),
    outputTokensPerMinute: limitOf('output-tokens'),
  };
}

function planLimitIn({ reading, readAt }: Course, id: string, spendings: readonly Spending[]): PlanLimit[] {
  const { kind, window, used, resetAt } = reading;
  const lengthMs = lengthOf(reading);
  if (kind !== 'plan' || lengthMs === undefined || resetAt === undefined) return [];
  // The share of one model says nothing of the others.
  if (!/^\d+[hd]$/.test(window) || used === undefined || used < leastUsed) return [];
  const from = resetAt - lengthMs;
  const spent = spendings
    .filter(({ accountId, at }) => accountId === id && from <= at && at <= readAt)
    .reduce((sum, { microUsd }) => sum + microUsd, 0);
  return spent === 0 ? [] : [{ name: window, lengthMs, microUsd: spent / used }];
}
