import { randomBytes } from 'node:crypto';
import { FollowedSeries } from '../usage/reports/followed-series.ts';
import { costOfClients, seenSince } from '../usage/reports/seen.ts';
import { newestCalls } from '../usage/ledger/reading.ts';
import type { AdminApp } from '../admin/app.ts';
import type { Doors } from '../admin/doors/doors.ts';
import type { StatusView } from '../admin/contract.ts';
import type { Captures } from '../admin/captures.ts';
import type { Management } from '../admin/management.ts';
import type { PeopleAtThePage } from '../admin/people.ts';
import { pagesApp } from '../admin/pages/app.tsx';
import { Feed, type Looks } from '../admin/pages/feed.ts';
import { PacedChecks } from '../admin/pages/health/paced-checks.ts';
import { latestMs } from '../admin/pages/requests/view.ts';
import type { Removals } from '../admin/removals.ts';
import type { Sources } from '../admin/pages/sources.ts';
import type { Reports } from '../admin/reports.ts';
import type { SettingsManagement } from '../admin/settings.ts';
import type { Examine } from '../admin/examination.ts';
import { needsRestart } from '../config/changes.ts';
import { shownSettings } from '../config/show.ts';
import { Secret } from '../base/secret.ts';
import type { AdminOptions } from './admin.ts';
import { factsOf } from './facts.ts';
import { runningView } from './running.ts';

interface PagesOptions extends AdminOptions {
  readonly management: Management;
  readonly removals: Removals;
  readonly people: PeopleAtThePage;
  readonly reports: Reports;
  readonly doors: Doors;
  readonly captures: () => Promise<Captures>;
  readonly status: () => StatusView;
  readonly settings: SettingsManagement;
  readonly examine: Examine;
}

/** The pages of the running proxy. What follows them ends before the listener waits for running answers. */
export function openPages(options: PagesOptions): AdminApp {
  const { doors, clock, log, closing } = options;
  const checks = new PacedChecks(options.examine, clock);
  const feed = new Feed({ looks: looksOf(options, checks), clock, log });
  closing.push(() => {
    feed.close();
  });
  return pagesApp({
    sources: { ...options, checks, ...sourcesOf(options), ...reportsOf(options) },
    feed,
    doors,
    changeSecret: new Secret(randomBytes(32).toString('base64url')),
    run: randomBytes(9).toString('base64url'),
    closing,
  });
}

type Known = 'facts' | 'isLedgerOn' | 'captures' | 'running' | 'lookAtRequests' | 'next' | 'sessions';

/** What is known of the running proxy. */
function sourcesOf(options: PagesOptions): Pick<Sources, Known> {
  const { gateway, sessions, elsewhere, management, live, clock } = options;
  return {
    facts: () => factsOf(options, management),
    isLedgerOn: () => live.settings.ledger.enabled,
    captures: () => options.captures(),
    running: async () => [
      ...gateway.underway.look().map((call) => runningView(call, clock.monotonic())),
      ...(await elsewhere.running()),
    ],
    lookAtRequests: () => options.onlookers.enter(),
    next: () => gateway.pool.next?.id,
    sessions: () => sessions.counts(),
  };
}

/** What the ledger is asked for beside the reports. */
function reportsOf(options: PagesOptions): Pick<Sources, 'series' | 'seenSince' | 'costOfClients'> {
  const { stores, clock, log, closing } = options;
  const { query } = stores.database;
  const followed = new FollowedSeries({ query, clock, log });
  closing.push(() => {
    followed.close();
  });
  return {
    series: (ask, isFollowing) => followed.ask(ask, isFollowing),
    seenSince: (moment) => seenSince(query, moment),
    costOfClients: (moment) => costOfClients(query, moment),
  };
}

/** What tells that a page is no longer true. Forecasts move all the time; a minute more or less changes no page. */
function looksOf(options: PagesOptions, checks: PacedChecks): Looks {
  const {
    gateway,
    sessions,
    elsewhere,
    management,
    people,
    doors,
    status,
    live,
    callsOver,
    stores,
    logs,
    clock,
  } = options;
  const { pool, budgets, underway } = gateway;
  const newest = () => newestCalls(stores.database.query, latestMs);
  return {
    accounts: () => [
      status().accounts.map((account) => asSeen(account, clock.now())),
      pool.next?.id,
      [...sessions.counts()],
    ],
    // A call is over before it is written down, and other processes write into the same ledger.
    requests: async () => [
      callsOver(),
      underway.look().map(({ trace: { requestId, facts } }) => [requestId, facts.model, facts.account?.id]),
      (await elsewhere.running()).map(({ requestId, model, accountId }) => [requestId, model, accountId]),
      await newest(),
    ],
    usage: () => newest(),
    budgets: () => budgets.look(),
    // What a key has cost is known once its calls are written, by whichever process.
    keys: async () => {
      const { keysRequired, accounts } = status();
      const names = accounts.map(({ id, name }) => [id, name]);
      return [await management.listKeys(), await newest(), keysRequired, names];
    },
    settings: () => [
      shownSettings(live.loaded),
      needsRestart(live.settings, live.loaded.settings),
      live.problem?.message,
    ],
    health: async () => {
      const { ledger, totals, capture, newer } = status();
      return [ledger, totals, capture, newer, logs.view(), await stores.vault.stamp()];
    },
    changes: () => doors.audit.newest(),
    people: () => people.listPeople(),
    checks: () => whatChecksStandOn(options, checks),
  };
}

async function whatChecksStandOn(options: PagesOptions, checks: PacedChecks): Promise<unknown[]> {
  const { gateway, status, live, logs, stores } = options;
  const { ledger, capture, newer } = status();
  return [
    gateway.pool
      .look()
      .map(({ account: { id, name, enabled }, standing }) => [id, name, enabled, standing.is]),
    [shownSettings(live.loaded), live.problem?.message],
    [ledger.failingSince !== null, capture.trouble, newer, logs.view().file?.trouble],
    await stores.vault.stamp(),
    checks.turn,
  ];
}

/** An account as a row shows it: what a minute more or less does not change, and whether its token is over by now. */
function asSeen(account: StatusView['accounts'][number], now: number): unknown {
  const windows = account.windows.map((window) => ({ ...window, runsOutAt: window.runsOutAt?.slice(0, 16) }));
  const { expiresAt = null } = account.signIn ?? {};
  return { ...account, windows, isTokenOver: expiresAt !== null && Date.parse(expiresAt) <= now };
}
