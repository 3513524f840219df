import type { Account } from '../accounts/account.ts';
import { certificateFacts } from '../accounts/certificates.ts';
import type { WindowSeen } from '../accounts/headroom/headroom.ts';
import type { Seen } from '../accounts/pool.ts';
import { firstStanding } from '../accounts/seat.ts';
import type { SeenTokens } from '../accounts/refresh-state.ts';
import type { Lack, Standing } from '../accounts/standing.ts';
import { ownCommand } from '../base/own-command.ts';
import { product } from '../base/product.ts';
import type { SeenBudget } from '../usage/budgets/budgets.ts';
import type { SeenMove } from '../usage/recent-moves.ts';
import { usdOf } from '../usage/reports/summary.ts';
import { budgetView } from './budget-view.ts';
import { lastRestView, restView, standingView } from './standing-view.ts';
import { moment, momentOrNull } from './moment.ts';
import type { AccountView, SignInView, WindowView } from './contract-accounts.ts';
import type { CaptureView } from './contract-capture.ts';
import type { LedgerView, RecentMoveView, StatusView, Totals } from './contract.ts';
import type { Finding, Probe } from './health.ts';

export { moment } from './moment.ts';

/** What a running proxy knows about itself. */
export interface About {
  readonly url: string;
  /** A version that is newer than this one; null where none is known of. */
  readonly newer: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly keysRequired: boolean;
  readonly budgets: readonly SeenBudget[];
  readonly moves: readonly SeenMove[];
  /** Process ids of the workers. */
  readonly workers: readonly number[];
  readonly ledger: LedgerView;
  readonly capture: CaptureView;
}

/** The tokens an `oauth` account has, by its id. */
export type TokensOf = (id: string) => SeenTokens | undefined;

/** Where what is shown of an account beside its settings and its standing comes from. */
export interface Knows {
  readonly tokensOf: TokensOf;
  /** What it has left; left out where nobody was asked anything. */
  readonly windowsOf?: ((id: string) => readonly WindowSeen[]) | undefined;
}

/** `GET /status`; `now` in milliseconds since the epoch. */
export function statusOf(seen: readonly Seen[], about: About, knows: Knows, now: number): StatusView {
  const accounts = seen.map((one) => accountView(one, knows));
  return {
    version: product.version,
    newer: about.newer,
    pid: process.pid,
    workers: about.workers,
    startedAt: moment(about.startedAt),
    uptimeSeconds: Math.max(0, Math.floor((now - about.startedAt) / 1_000)),
    url: about.url,
    keysRequired: about.keysRequired,
    totals: totalsOf(seen),
    accounts,
    budgets: about.budgets.map(budgetView),
    moves: about.moves.map(recentMoveView),
    ledger: about.ledger,
    capture: about.capture,
  };
}

function recentMoveView({ at, session, fromName, toName, reason, ...cost }: SeenMove): RecentMoveView {
  const { tokens = null, microUsd } = cost;
  const usd = microUsd === undefined ? null : usdOf(microUsd);
  return { at: moment(at), session: session ?? null, from: fromName, to: toName, reason, tokens, usd };
}

/** An account of a running pool as `status` shows it. */
export function accountView(seen: Seen, { tokensOf, windowsOf }: Knows): AccountView {
  const { account, standing, familyRests, lastRest, isHalfOpen, isAvoided } = seen;
  const { callsInFlight, served, lastChosenAt } = seen;
  return {
    id: account.id,
    name: account.name,
    kind: account.kind,
    enabled: account.enabled,
    standing: standingView(standing),
    familyRests: familyRests.map((one) => ({ family: one.family, ...restView(one) })),
    lastRest: lastRest === undefined ? null : lastRestView(lastRest),
    isHalfOpen,
    isAvoided,
    priority: account.priority,
    weight: account.weight,
    baseUrl: account.baseUrl,
    models: account.models,
    maxConcurrent: account.maxConcurrent ?? null,
    sendAs: account.sendAs ?? null,
    signIn: signInView(account, tokensOf),
    windows: windowsOf?.(account.id).map(windowView) ?? [],
    allowPlainHttp: account.allowPlainHttp,
    headers: account.headers ?? {},
    proxy: account.proxy ?? null,
    proxyHasLogin: account.proxyLogin !== undefined,
    extraCa: certificateFacts(account.extraCa ?? '').map(({ subject, expiresAt }) => ({
      subject,
      expiresAt: moment(expiresAt),
    })),
    from: account.from ?? null,
    notes: account.notes,
    callsInFlight,
    served,
    lastUsedAt: lastChosenAt === undefined ? null : moment(lastChosenAt),
    createdAt: moment(account.createdAt),
    updatedAt: moment(account.updatedAt),
  };
}

function signInView({ id, provider }: Account, tokensOf: TokensOf): SignInView | null {
  if (provider === undefined) return null;
  const tokens = tokensOf(id);
  return {
    provider,
    isSignedIn: tokens !== undefined,
    expiresAt: momentOrNull(tokens?.expiresAt),
    canRefresh: tokens?.refresh !== undefined && tokens.over === undefined,
    refreshedAt: momentOrNull(tokens?.keptAt),
    nextRefreshAt: momentOrNull(tokens?.nextRefreshAt),
    lastFailure:
      tokens?.lastFailure === undefined
        ? null
        : { at: moment(tokens.lastFailure.at), reason: tokens.lastFailure.reason },
    scope: tokens?.scope ?? null,
    label: tokens?.label ?? null,
  };
}

function windowView({ forecast, ...window }: WindowSeen): WindowView {
  return {
    name: window.window,
    kind: window.kind,
    used: window.used ?? null,
    limit: window.limit ?? null,
    remaining: window.remaining ?? null,
    status: window.status ?? null,
    resetsAt: momentOrNull(window.resetAt),
    readAt: moment(window.readAt),
    forecast: forecast.is,
    runsOutAt: forecast.is === 'runs-out' ? moment(forecast.at) : null,
  };
}

/** An account while no pool runs: nothing has been learned about it. */
export function idleAccountView(account: Account, lack: Lack | undefined, tokensOf: TokensOf): AccountView {
  return accountView(
    {
      account,
      standing: firstStanding(account, lack && { since: account.updatedAt, ...lack }),
      familyRests: [],
      lastRest: undefined,
      isHalfOpen: false,
      isAvoided: false,
      backForMs: undefined,
      callsInFlight: 0,
      served: 0,
      lastChosenAt: undefined,
    },
    { tokensOf },
  );
}

/** Ready means that at least one account can serve; fewer than all is worth a warning. */
export function poolProbe(look: () => readonly Seen[]): Probe {
  return {
    name: 'accounts:ready',
    componentType: 'component',
    check: () => Promise.resolve(poolFinding(totalsOf(look()))),
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

function totalsOf(accounts: readonly Seen[]): Totals {
  const count = (is: Standing['is']): number => accounts.filter(({ standing }) => standing.is === is).length;
  const sum = (of: (account: Seen) => number): number =>
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
