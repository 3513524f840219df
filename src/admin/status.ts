import type { Account } from '../accounts/account.ts';
import type { Seen } from '../accounts/pool.ts';
import type { Standing } from '../accounts/standing.ts';
import { ownCommand } from '../base/own-command.ts';
import { product } from '../base/product.ts';
import type { AccountView, StandingView, StatusView, Totals } from './contract.ts';
import type { Finding, Probe } from './health.ts';

/** What a running proxy knows about itself. */
export interface About {
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly keysRequired: boolean;
}

/** `GET /status`; `now` in milliseconds since the epoch. */
export function statusOf(seen: readonly Seen[], about: About, now: number): StatusView {
  const accounts = seen.map(accountView);
  return {
    version: product.version,
    pid: process.pid,
    startedAt: moment(about.startedAt),
    uptimeSeconds: Math.max(0, Math.floor((now - about.startedAt) / 1_000)),
    url: about.url,
    keysRequired: about.keysRequired,
    totals: totalsOf(accounts),
    accounts,
  };
}

/** An account of a running pool as `status` shows it. */
export function accountView({
  account,
  standing,
  isAvoided,
  callsInFlight,
  served,
  lastChosenAt,
}: Seen): AccountView {
  return {
    id: account.id,
    name: account.name,
    kind: account.kind,
    enabled: account.enabled,
    standing: standingView(standing),
    isAvoided,
    priority: account.priority,
    weight: account.weight,
    baseUrl: account.baseUrl,
    models: account.models,
    maxConcurrent: account.maxConcurrent ?? null,
    sendAs: account.sendAs ?? null,
    notes: account.notes,
    callsInFlight,
    served,
    lastUsedAt: lastChosenAt === undefined ? null : moment(lastChosenAt),
    createdAt: moment(account.createdAt),
  };
}

/** An account while no pool runs: nothing has been learned about it. */
export function idleAccountView(account: Account): AccountView {
  return accountView({
    account,
    standing: { is: account.enabled ? 'ready' : 'switched-off' },
    isAvoided: false,
    callsInFlight: 0,
    served: 0,
    lastChosenAt: undefined,
  });
}

/** ISO 8601 in UTC. */
export function moment(ms: number): string {
  return new Date(ms).toISOString();
}

/** Ready means that at least one account can serve; fewer than all is worth a warning. */
export function poolProbe(look: () => readonly Seen[]): Probe {
  return {
    name: 'accounts:ready',
    componentType: 'component',
    check: () => Promise.resolve(poolFinding(totalsOf(look().map(accountView)))),
  };
}

function poolFinding({ accounts, ready, resting, signedOut }: Totals): Finding {
  const observed = { observedValue: ready, observedUnit: 'accounts' };
  if (accounts === 0) {
    const output = `There is no account yet; add one with \`${ownCommand('auth add')}\`.`;
    return { status: 'fail', ...observed, output };
  }
  const facts = [resting > 0 && `${resting} resting`, signedOut > 0 && `${signedOut} signed out`];
  const rest = facts.filter((fact) => fact !== false).join(', ');
  if (ready === 0) {
    const why = rest === '' ? 'all are switched off' : rest;
    return { status: 'fail', ...observed, output: `No account can serve: ${why}.` };
  }
  if (rest !== '') return { status: 'warn', ...observed, output: `Not every account can serve: ${rest}.` };
  return { status: 'pass', ...observed };
}

function standingView(standing: Standing): StandingView {
  switch (standing.is) {
    case 'ready':
    case 'switched-off':
      return { is: standing.is };
    case 'resting': {
      const { since, until, reason } = standing;
      return { is: 'resting', since: moment(since), until: moment(until), reason };
    }
    case 'signed-out':
      return { is: 'signed-out', since: moment(standing.since), reason: standing.reason };
  }
}

function totalsOf(accounts: readonly AccountView[]): Totals {
  const count = (is: StandingView['is']): number =>
    accounts.filter(({ standing }) => standing.is === is).length;
  const sum = (of: (account: AccountView) => number): number =>
    accounts.reduce((total, account) => total + of(account), 0);
  return {
    accounts: accounts.length,
    ready: count('ready'),
    resting: count('resting'),
    signedOut: count('signed-out'),
    switchedOff: count('switched-off'),
    callsInFlight: sum(({ callsInFlight }) => callsInFlight),
    served: sum(({ served }) => served),
  };
}
