import type { Headroom } from '../accounts/headroom/headroom.ts';
import type { Sessions } from '../accounts/sessions.ts';
import { adminApp, type AdminApp } from '../admin/app.ts';
import {
  audited,
  auditedCaptures,
  auditedLog,
  auditedSettings,
  type Note,
  noteBy,
} from '../admin/audited.ts';
import { captureView, localCaptures, type Captures } from '../admin/captures.ts';
import type { CaptureView } from '../admin/contract-capture.ts';
import type { StatusView, SuccessionView } from '../admin/contract.ts';
import type { LogControls } from '../admin/control-log.ts';
import { examinationOf, oneAtATime, type Examine } from '../admin/examination.ts';
import { healthOf } from '../admin/health.ts';
import { ledgerProbe, ledgerView } from '../admin/ledger.ts';
import { lineView } from '../admin/line.ts';
import { LocalManagement } from '../admin/local.ts';
import { makingWay } from '../admin/making-way.ts';
import { databaseProbe, tokensProbe, vaultProbe } from '../admin/probes.ts';
import { Removals } from '../admin/removals.ts';
import { localReports } from '../admin/reports.ts';
import { localSettings } from '../admin/settings.ts';
import { SignIns } from '../admin/sign-ins.ts';
import { type Knows, poolProbe, statusOf } from '../admin/status.ts';
import { once } from '../base/once.ts';
import type { Secret } from '../base/secret.ts';
import type { Gateway } from '../proxy/gateway.ts';
import type { Onlookers } from '../proxy/onlookers.ts';
import { testAccount } from '../proxy/test-account.ts';
import type { RecentMoves } from '../usage/recent-moves.ts';
import type { OpenCapture } from './capture.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Show } from './metrics.ts';
import type { Parts } from './parts.ts';
import { openPeople } from './people.ts';
import type { Recording } from './recording.ts';
import { refreshNow, type Tokens } from './tokens.ts';

export interface AdminOptions extends Parts {
  readonly gateway: Gateway;
  readonly tokens: Tokens;
  readonly headroom: Headroom;
  readonly moves: Pick<RecentMoves, 'look'>;
  readonly sessions: Sessions;
  /** Who looks at the requests. */
  readonly onlookers: Onlookers;
  readonly elsewhere: Pick<Elsewhere, 'running' | 'pids'>;
  readonly recording: Recording;
  readonly capture: OpenCapture;
  /** Left out where metrics are switched off. */
  readonly metrics: Show | undefined;
  readonly controlToken: Secret;
  readonly logs: LogControls;
  /** Filled in when the address is known. */
  readonly about: { readonly url: string; readonly startedAt: number };
  /** How many calls are over since the start. */
  readonly callsOver: () => number;
  /** A version that is newer than this one; null where none is known of. */
  readonly newer: () => string | null;
  /** Begins to stop. */
  readonly stop: () => void;
  /** Has another process take its place. @throws Problem succession-… */
  readonly succeed: () => Promise<SuccessionView>;
  /** Looks further than the proxy itself does; left out, its own probes are all there is. */
  readonly examine?: Examine | undefined;
}

/** Health, status and control of the running proxy. */
export function openAdmin(options: AdminOptions): AdminApp {
  const { stores, live, gateway, headroom, recording, capture, clock, log } = options;
  const { refresher } = options.tokens;
  const { vault, database } = stores;
  const { pool, budgets } = gateway;
  const knows = { tokensOf: refresher.seen.bind(refresher), windowsOf: headroom.of.bind(headroom) };
  const { doors, management: people } = openPeople(options);
  const note = noteBy(doors.audit);
  const inside = audited(managementOf(options, knows, note), note);
  const removals = new Removals({ management: inside, clock, log });
  options.closing.push(() => removals.close());
  const management = makingWay(inside, removals);
  const reports = localReports(database);
  const status = statusSource(options, knows);
  const probes = [
    poolProbe(() => pool.look()),
    tokensProbe(() => pool.look(), knows.tokensOf),
    vaultProbe(vault),
    databaseProbe(database),
    ledgerProbe(recording.ledger, () => clock.now()),
  ];
  const settings = auditedSettings(localSettings(live, log), note);
  const captures = async () => auditedCaptures(await capturesOf(capture), note);
  const shown = { management, removals, people, reports, doors, status, settings, captures };
  const ownProbes = async () => examinationOf(await healthOf(probes, clock));
  const examine = oneAtATime(options.examine ?? ownProbes);
  return adminApp({
    management,
    reports,
    captures,
    people,
    whoIsAsking: doors.whoIsAsking,
    settings,
    examine,
    line: (session) =>
      lineView({ pool, knows, budgets: () => budgets.look(), query: database.query, clock, log }, session),
    controlToken: options.controlToken,
    logs: auditedLog(options.logs, note),
    reload: async () => {
      const reloaded = await live.reload();
      await note({ what: 'settings.reloaded' });
      return reloaded;
    },
    stop: () => {
      void note({ what: 'proxy.stopped' });
      options.stop();
      return live.settings.server.drainSeconds;
    },
    succeed: () => succeeded(options, note),
    status,
    probes,
    metrics: options.metrics,
    pages: once(async () => {
      const { openPages } = await import('./pages.ts');
      return openPages({ ...options, ...shown, examine });
    }),
    clock,
    log,
  });
}

async function succeeded({ succeed }: AdminOptions, note: Note): Promise<SuccessionView> {
  const successor = await succeed();
  await note({ what: 'proxy.replaced', subject: String(successor.pid) });
  return successor;
}

/** The state of the proxy, as it is whenever it is asked for. */
function statusSource(options: AdminOptions, knows: Knows): () => StatusView {
  const { stores, live, gateway, recording, about, clock } = options;
  const { pool, budgets } = gateway;
  const keysRequired = (): boolean => {
    const mode = live.settings.clients.keys;
    return mode === 'required' || (mode === 'auto' && stores.keys.hasAny);
  };
  return () => {
    const ledger = ledgerView(recording.ledger());
    const moves = options.moves.look();
    const known = {
      keysRequired: keysRequired(),
      budgets: budgets.look(),
      moves,
      ledger,
      newer: options.newer(),
      workers: options.elsewhere.pids,
    };
    const now = { ...about, ...known, capture: viewOf(options) };
    return statusOf(pool.look(), now, knows, clock.now());
  };
}

/** Accounts and keys, changed in this process, with what the running pool knows of them. */
function managementOf(
  { stores, live, gateway, tokens, clock, log }: AdminOptions,
  knows: Knows,
  note: Note,
): LocalManagement {
  const { oauth, refresher } = tokens;
  const { pool } = gateway;
  const { accounts } = stores;
  const providers = () => live.settings.providers;
  const onSignedIn = ({ id, name }: { readonly id: string; readonly name: string }): Promise<void> => {
    refresher.forget(id);
    return note({ what: 'account.signed-in', subject: name });
  };
  return new LocalManagement({
    ...stores,
    ...knows,
    clock,
    test: (account) => testAccount(account, gateway),
    providers,
    signIns: new SignIns({ accounts, providers, oauth: () => oauth, onSignedIn, clock, log }),
    seen: () => pool.look(),
    heal: (id) => {
      pool.heal(id);
    },
    refresh: (account) => refreshNow(refresher, account),
  });
}

async function capturesOf({ load }: OpenCapture): Promise<Captures> {
  const capture = await load();
  return localCaptures(capture.archive, capture);
}

function viewOf({ live, places, capture }: AdminOptions): CaptureView {
  return captureView(live.settings.capture, places.captures, capture.since(), capture.loaded()?.look());
}
