import type { RestRow } from '../database/tables.ts';
import type { Account } from './account.ts';
import type { Evidence } from './evidence.ts';
import type { Learned } from './memory.ts';
import type { Moment, Resting, Standing } from './standing.ts';

type Learnable = Exclude<Standing, { is: 'ready' | 'switched-off' }>;

/** What was learned about an account, as it is kept. A rest ends when it would here, whatever was done to the clock. */
export function rowsOf(account: Account, { standing, familyRests }: Learned, at: Moment): RestRow[] {
  const rows = familyRests.map((one) => rowOf(account, one, one.family, at));
  if (standing?.is === 'resting' || standing?.is === 'signed-out')
    rows.push(rowOf(account, standing, '', at));
  return rows;
}

function rowOf(account: Account, standing: Learnable, family: string, at: Moment): RestRow {
  const { since, reason, evidence } = standing;
  return {
    account_id: account.id,
    family,
    since: Math.min(since, at.now),
    ends_at: standing.is === 'resting' ? endsAt(standing, at) : null,
    reason,
    evidence_in: evidence?.in ?? null,
    evidence_name: evidence?.name ?? null,
    evidence_value: evidence?.value ?? null,
    is_guess: standing.is === 'resting' && standing.isGuess === true ? 1 : 0,
    is_cut: standing.is === 'resting' && standing.isCut === true ? 1 : 0,
    is_held: standing.is === 'signed-out' && standing.isHeld === true ? 1 : 0,
    credential_at: account.credentialAt,
    base_url: account.baseUrl,
  };
}

function endsAt({ until, untilMonotonic }: Resting, { now, monotonic }: Moment): number {
  return Math.round(Math.min(until, now + (untilMonotonic ?? Number.POSITIVE_INFINITY) - monotonic));
}

/** The sign-out that a row without an end is. */
export function signOutIn(row: RestRow, now: number): Standing {
  return {
    is: 'signed-out',
    since: Math.min(row.since, now),
    reason: row.reason,
    ...evidenceIn(row),
    ...(row.is_held === 1 && { isHeld: true }),
  };
}

/** The rest that a row is, with these times for those in it. */
export function restIn(row: RestRow, times: { since: number; until: number }, at: Moment): Resting {
  return {
    is: 'resting',
    ...times,
    reason: row.reason,
    ...evidenceIn(row),
    ...(row.is_guess === 1 && { isGuess: true }),
    ...(row.is_cut === 1 && { isCut: true }),
    untilMonotonic: at.monotonic + times.until - at.now,
  };
}

function evidenceIn(row: RestRow): { evidence?: Evidence } {
  const { evidence_in: where, evidence_name: name, evidence_value: value } = row;
  if ((where !== 'header' && where !== 'body') || name === null || value === null) return {};
  return { evidence: { in: where, name, value } };
}

/**
 * Whether it was learned with the credential and at the upstream the account has now. Accounts of mounted files
 * count as new at every start: their limits are believed all the same, a refusal of what may be another secret is not.
 */
export function isOf(row: RestRow, { credentialAt, baseUrl, from }: Account): boolean {
  if (row.base_url !== baseUrl) return false;
  return row.credential_at === credentialAt || (from !== undefined && row.ends_at !== null);
}
