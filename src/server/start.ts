import { randomBytes } from 'node:crypto';
import { adminApp, type AdminApp } from '../admin/app.ts';
import { holdRunFile } from '../admin/hold-run-file.ts';
import { LocalManagement } from '../admin/local.ts';
import { databaseProbe, tokensProbe, vaultProbe } from '../admin/probes.ts';
import { SignIns } from '../admin/sign-ins.ts';
import { poolProbe, statusOf } from '../admin/status.ts';
import { Pool } from '../accounts/pool.ts';
import { Sessions } from '../accounts/sessions.ts';
import { KeyLimits } from '../access/limits.ts';
import { wallClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { LineLog } from '../base/log.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import type { LoadedSettings } from '../config/load.ts';
import type { Places } from '../config/places.ts';
import type { Settings } from '../config/settings.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { HeldBytes } from '../proxy/held.ts';
import { Models } from '../proxy/models.ts';
import { testAccount } from '../proxy/test-account.ts';
import { Unread } from '../proxy/unread.ts';
import type { Recorder } from '../usage/call-record.ts';
import { Metrics } from '../usage/metrics/metrics.ts';
import { openWire, type Wire } from '../wire/open.ts';
import { application } from './app.ts';
import { rememberedWaysOut } from './ways-out.ts';
import { checkExposure } from './exposure.ts';
import { readExtraCa } from './extra-ca.ts';
import { startListening } from './listening.ts';
import { LiveSettings } from './live-settings.ts';
import { openMetrics, refreshCounter, type Show } from './metrics.ts';
import { mountAccounts } from './mounted.ts';
import { watchOthers } from './others.ts';
import { tidiedWhenQuiet } from './quiet.ts';
import { rememberedSecrets } from './secrets.ts';
import { openStores, type Stores, type StoresOptions } from './stores.ts';
import { openTokens, refreshNow, type Tokens } from './tokens.ts';
import { peerCheck } from './trusted.ts';

export interface StartOptions extends Pick<StoresOptions, 'keychain' | 'askPassphrase'> {
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the command line says, by key (`server.port`). */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly loaded: LoadedSettings;
  /** Its level follows the settings. */
  readonly log: LineLog;
  readonly clock?: Clock;
}

export interface RunningServer {
  /** Where clients reach it: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Lets running calls end within `server.drain_seconds`, then closes everything. */
  stop(): Promise<void>;
  /** Resolves when it has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
  /** Reads the settings file again. @throws Problem config-invalid */
  reload(): Promise<void>;
}

/**
 * Opens everything in order and listens.
 *
 * @throws Problem that says what to do; what was opened is closed again. The system error `EADDRINUSE` is
 *   passed on, so that the command can name the process that has the port.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const clock = options.clock ?? wallClock;
  const { loaded } = options;
  const { vault: settings } = loaded.settings;
  const stores = await openStores({ ...options, settings, createKey: 'create', clock });
  try {
    checkExposure(loaded.settings, stores.keys.hasAny ? 1 : 0);
    return await new Server(options, clock, stores).open();
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/** The parts of a running proxy and the order in which they close. */
class Server {
  readonly #options: StartOptions;
  readonly #clock: Clock;
  readonly #stores: Stores;
  readonly #closing: (() => void | Promise<void>)[] = [];
  /** Who hears of every call that is over: the ledger, the metrics, the budgets. */
  readonly #recorders: Recorder[] = [];
  readonly #metrics: Metrics;
  readonly #stopped = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;

  constructor(options: StartOptions, clock: Clock, stores: Stores) {
    this.#options = options;
    this.#clock = clock;
    this.#stores = stores;
    this.#metrics = new Metrics(clock);
  }

  async open(): Promise<RunningServer> {
    const { places, env, log, loaded } = this.#options;
    const clock = this.#clock;
    const live = new LiveSettings({ ...this.#options, clock });
    const { settings } = loaded;
    const { sessionTtlSeconds, maxSessions } = settings.routing;
    const sessions = new Sessions(clock, sessionTtlSeconds * 1000, maxSessions);
    const { accounts } = this.#stores;
    const mounted = await mountAccounts({ ...this.#options, accounts, settings, clock });
    const pool = this.#openPool(sessions);
    live.onChange(({ routing }) => {
      sessions.limit(routing.sessionTtlSeconds * 1000, routing.maxSessions);
    });
    const wire = await openWire(settings.server.wire);
    const { gateway, tokens } = await this.#openGateway(pool, live, wire);
    const token = new Secret(randomBytes(32).toString('base64url'));
    const about = { url: '', startedAt: clock.now() };
    const closing = this.#closing;
    const counted = { metrics: this.#metrics, recorders: this.#recorders };
    const show = openMetrics({ ...counted, gateway, live, env, sources: {}, closing });
    const handler = application({
      gateway,
      admin: this.#openAdmin(gateway, tokens, live, token, about, show),
      doors: () => live.settings.server,
      checkPeer: peerCheck(settings.server.trustedProxies),
      log,
    });
    const { listen } = wire;
    const { url, controlUrl } = await startListening({
      live: () => live.settings,
      handler,
      listen,
      clock,
      log,
      closing,
    });
    about.url = url;
    const running = {
      pid: process.pid,
      url,
      controlUrl,
      controlToken: token,
      startedAt: about.startedAt,
      version: product.version,
    };
    this.#closing.push(await holdRunFile(places.run, running, { sender: gateway.sender, clock }));
    this.#closing.push(live.watch(), mounted.watch(), watchOthers(this.#stores, clock, log));
    tokens.start();
    log.info('listening', { url, accounts: pool.look().length });
    return {
      url,
      stop: () => this.stop(),
      stopped: this.#stopped.promise,
      reload: async () => {
        await live.reload();
      },
    };
  }

  #openAdmin(
    gateway: Gateway,
    { oauth, refresher }: Tokens,
    live: LiveSettings,
    controlToken: Secret,
    about: { readonly url: string; readonly startedAt: number },
    metrics: Show | undefined,
  ): AdminApp {
    const { accounts, keys, vault, database } = this.#stores;
    const { pool, clock, log } = gateway;
    const providers = () => live.settings.providers;
    const onSignedIn = refresher.forget.bind(refresher);
    const tokensOf = refresher.seen.bind(refresher);
    const keysRequired = (): boolean => {
      const mode = live.settings.clients.keys;
      return mode === 'required' || (mode === 'auto' && keys.hasAny);
    };
    return adminApp({
      management: new LocalManagement({
        ...this.#stores,
        clock,
        test: (account) => testAccount(account, gateway),
        providers,
        signIns: new SignIns({ accounts, providers, oauth: () => oauth, onSignedIn, clock, log }),
        seen: () => pool.look(),
        heal: (id) => {
          pool.heal(id);
        },
        refresh: (account) => refreshNow(refresher, account),
        tokensOf,
      }),
      controlToken,
      reload: () => live.reload(),
      stop: () => {
        void this.stop();
        return live.settings.server.drainSeconds;
      },
      status: () => statusOf(pool.look(), { ...about, keysRequired: keysRequired() }, tokensOf, clock.now()),
      probes: [
        poolProbe(() => pool.look()),
        tokensProbe(() => pool.look(), tokensOf),
        vaultProbe(vault),
        databaseProbe(database),
      ],
      metrics,
      clock,
      log,
    });
  }

  /** In reverse order of opening; every part gets its turn, whatever another one throws. */
  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  async #close(): Promise<void> {
    for (const close of this.#closing.toReversed()) {
      try {
        await close();
      } catch (error) {
        this.#options.log.error('not closed cleanly', { reason: messageOf(error) });
      }
    }
    await this.#stores.close();
    this.#stopped.resolve();
  }

  #openPool(sessions: Sessions): Pool {
    const { accounts } = this.#stores;
    const pool = new Pool(this.#clock, sessions);
    pool.refill(accounts.list(), accounts.missing);
    this.#closing.push(
      accounts.onChange((all) => {
        pool.refill(all, accounts.missing);
      }),
    );
    return pool;
  }

  async #openGateway(
    pool: Pool,
    live: LiveSettings,
    wire: Wire,
  ): Promise<{ gateway: Gateway; tokens: Tokens }> {
    const { log } = this.#options;
    const clock = this.#clock;
    const settings = (): Settings => live.settings;
    const { keys, bindings, accounts } = this.#stores;
    const sender = wire.openSender({ clock, extraCa: await readExtraCa(settings().upstream.extraCa) });
    this.#closing.push(() => {
      sender.close();
    });
    const onRefresh = refreshCounter(this.#metrics);
    const tokens = openTokens({ ...this.#options, accounts, sender, settings, clock, onRefresh });
    this.#closing.push(() => tokens.close());
    live.onChange(() => {
      tokens.reconsider();
    });
    const secretOf = rememberedSecrets(accounts, tokens.refresher);
    const wayOutOf = rememberedWaysOut((entry) => accounts.secret(entry));
    const models = new Models({ sender, secretOf, wayOutOf, clock, log });
    const gateway: Gateway = {
      settings,
      keys,
      limits: new KeyLimits(clock),
      pool,
      bindings,
      models,
      sender,
      secretOf,
      tokens: tokens.refresher,
      wayOutOf,
      held: new HeldBytes(),
      crowd: tidiedWhenQuiet(clock, () => {
        Bun.gc(true);
      }),
      record: (record) => {
        for (const recorder of this.#recorders) recorder(record);
      },
      unread: new Unread(log),
      clock,
      log,
      random: Math.random,
    };
    return { gateway, tokens };
  }
}
