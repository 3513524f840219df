import type { AdminApp } from '../admin/app.ts';
import type { Examine } from '../admin/examination.ts';
import { holdRunFile } from '../admin/hold-run-file.ts';
import type { RunningProxy } from '../admin/run-file.ts';
import { startEnvironment } from '../admin/start-environment.ts';
import { wallClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { randomBytes } from '../base/hash.ts';
import { programFile } from '../base/same-file.ts';
import type { LogFile } from '../base/log-file.ts';
import type { LineLog } from '../base/log.ts';
import { once } from '../base/once.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import type { LoadedSettings } from '../config/load.ts';
import type { Places } from '../config/places.ts';
import type { Settings } from '../config/settings.ts';
import type { Call, Handler } from '../http/call.ts';
import type { Afterwards } from '../proxy/afterwards.ts';
import type { Recorder } from '../usage/call-record.ts';
import type { AdminOptions } from './admin.ts';
import { application, ownPaths, type OwnHandler } from './app.ts';
import { openCorridor, type Corridor } from './corridor.ts';
import { Elsewhere } from './elsewhere.ts';
import { checkExposure } from './exposure.ts';
import { takeClientKey } from './given-client-key.ts';
import { Leaving } from './leaving.ts';
import { startListening, takeAll, type Listening } from './listening.ts';
import { LiveSettings } from './live-settings.ts';
import { logControls, logLimits } from './log-controls.ts';
import { openMetrics } from './metrics.ts';
import { mountAccounts } from './mounted.ts';
import { originOf } from './origin.ts';
import { watchOthers } from './others.ts';
import type { Parts } from './parts.ts';
import { openStores, type Stores, type StoresOptions } from './stores.ts';
import type { Again } from './succession.ts';
import { peerCheck, trustedBy } from './trusted.ts';
import { openUpdates } from './updates.ts';
import { processesWanted } from './workers/processes.ts';

export interface StartOptions extends Pick<StoresOptions, 'keychain' | 'askPassphrase'> {
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the command line says, by key (`server.port`). */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly loaded: LoadedSettings;
  /** Its level follows the settings. */
  readonly log: LineLog;
  /** Where `log` is kept; its limits follow the settings. */
  readonly logFile?: LogFile | undefined;
  readonly clock?: Clock;
  /** Runs work behind the present turn of the event loop: `setImmediate` where it is left out. */
  readonly behindTurn?: Parts['behindTurn'];
  /** Looks at everything, for the page about health; its own probes where it is left out. */
  readonly examine?: Examine | undefined;
  /** Told of the first call of all, before it is answered. */
  readonly onFirstCall?: () => void;
  /** A command started it in the background. */
  readonly isBackground?: boolean;
  /** The words that start this program again, as a worker; left out, there can be none. */
  readonly program?: readonly string[];
  /** How many sockets of this proxy listen there already: the process they belong to has started this one. */
  readonly succeeds?: number | undefined;
  /** How this program is started again beside itself; left out, it is not. */
  readonly again?: Again | undefined;
  /** Who else hears of every call that is over. */
  readonly recorders?: readonly Recorder[];
}

export interface RunningServer {
  /** Where clients reach it: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Lets running calls end within `server.drain_seconds`, then closes everything. */
  stop(): Promise<void>;
  /** Before this process ends at once: cuts off what other processes of it carry, and writes down what is over. */
  cut(): void;
  /** Resolves as soon as somebody tells it to stop, with what running calls get (s). */
  readonly stopping: Promise<number>;
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
  const { settings } = loaded;
  const stores = await openStores({ ...options, settings, createKey: 'create', clock });
  const server = new Server(options, clock, stores);
  try {
    await takeClientKey(stores.keys, { ...options, clock });
    checkExposure(settings, stores.keys.hasAny ? 1 : 0);
    return await server.open();
  } catch (error) {
    // It may listen by now, and have workers: nobody is to be let in by one that cannot write down what they ask.
    await server.stop();
    throw error;
  }
}

/** The parts of a running proxy and the order in which they close. */
class Server {
  readonly #options: StartOptions;
  readonly #clock: Clock;
  readonly #stores: Stores;
  readonly #closing: (() => void | Promise<void>)[] = [];
  readonly #told = Promise.withResolvers<number>();
  readonly #stopped = Promise.withResolvers<void>();
  readonly #leaving: Leaving;
  #stopping: Promise<void> | undefined;

  constructor(options: StartOptions, clock: Clock, stores: Stores) {
    this.#options = options;
    this.#clock = clock;
    this.#stores = stores;
    this.#leaving = new Leaving({ ...options, clock, stop: () => void this.stop() });
  }

  async open(): Promise<RunningServer> {
    const { places, log, logFile, loaded } = this.#options;
    const clock = this.#clock;
    const live = new LiveSettings({ ...this.#options, clock });
    const { settings } = loaded;
    const mounted = await mountAccounts({ ...this.#options, ...this.#stores, settings, clock });
    const parts = { ...this.#options, ...this.#parts(live) };
    let callsOver = 0;
    const count: Recorder = () => {
      callsOver += 1;
    };
    const recorders = [...(this.#options.recorders ?? []), count];
    const corridor = await openCorridor(parts, settings.server.wire, recorders);
    const { pool, gateway, tokens, spend } = corridor;
    live.onChange(({ log: logging }) => {
      if (logFile !== undefined) logFile.limits = logLimits(logging);
    });
    const controlToken = new Secret(randomBytes(32).toString('base64url'));
    const about = { url: '', startedAt: clock.now() };
    const logs = logControls(log, logFile);
    const elsewhere = new Elsewhere();
    const metrics = openMetrics({ ...parts, ...corridor, elsewhere });
    const newer = openUpdates({ ...parts, ...corridor });
    const counted = () => callsOver;
    const known = { ...corridor, elsewhere, metrics, controlToken, about, logs, callsOver: counted, newer };
    const stop = () => void this.stop();
    const succeed = () => this.#leaving.toSuccessor({ ...corridor, ...listening, elsewhere, since });
    const own = inStep(ownPaths(adminWhenCalled({ ...parts, ...known, stop, succeed }), clock), elsewhere);
    const listening = await this.#listen(parts, corridor, own, elsewhere);
    // Those that wait for an account would only wait for the end.
    this.#closing.push(() => {
      this.#told.resolve(live.settings.server.drainSeconds);
      pool.queue.close();
    });
    about.url = listening.url;
    const { controlUrl } = listening;
    const running = { ...about, controlUrl, ...this.#process(controlToken), controlToken };
    const { succeeds: before } = this.#options;
    const succeeds = before !== undefined;
    const since = succeeds ? clock.monotonic() : undefined;
    this.#closing.push(await holdRunFile(places.run, running, { sender: gateway.sender, clock, succeeds }));
    // Not before this start can fail no more.
    if (succeeds) await takeAll(listening.door, before);
    this.#closing.push(live.watch(), mounted.watch(), watchOthers({ ...this.#stores, spend }, clock, log));
    tokens.start();
    log.info('listening', { url: about.url, accounts: pool.look().length });
    return this.#asStarted(about.url, live, elsewhere, gateway.afterwards);
  }

  /** What whoever started it sees of it. */
  #asStarted(url: string, live: LiveSettings, elsewhere: Elsewhere, afterwards: Afterwards): RunningServer {
    return {
      url,
      stop: () => this.stop(),
      cut: () => {
        elsewhere.cut();
        afterwards.finish();
      },
      stopping: this.#told.promise,
      stopped: this.#stopped.promise,
      reload: async () => {
        await live.reload();
        await elsewhere.heard();
      },
    };
  }

  /** Where clients come in: in this process, and where the settings want it in workers beside it. */
  async #listen(parts: Parts, corridor: Corridor, own: OwnHandler, elsewhere: Elsewhere): Promise<Listening> {
    const { gateway, wire } = corridor;
    const { live, log, processes } = parts;
    const { program, succeeds } = this.#options;
    const isTrusted = trustedBy(live.settings.server.trustedProxies);
    const doors = () => live.settings.server;
    const checkPeer = peerCheck(isTrusted);
    const answer = application({ gateway, own, doors, checkPeer, isTrusted, log });
    const handler = tellingOfFirst(answer, this.#options.onFirstCall);
    // Their answers may end as long as those of this process; what they tell then is still heard.
    this.#closing.push(() => elsewhere.close());
    const settings = (): Settings => live.settings;
    const here = {
      ...parts,
      live: settings,
      handler,
      listen: wire.listen,
      isShared: processes > 1,
      succeeds,
    };
    const listening = await startListening(here);
    if (program === undefined || processes === 1) return listening;
    const { port } = listening;
    const answerOwn = (call: Call) => own(call, originOf(call, doors(), isTrusted));
    await elsewhere.open({ ...parts, corridor, answerOwn, program, port });
    this.#closing.push(() => void elsewhere.close());
    return listening;
  }

  #parts(live: LiveSettings): Omit<Parts, 'places' | 'env' | 'log'> {
    const { behindTurn = setImmediate, program } = this.#options;
    const processes = program === undefined ? 1 : processesWanted(live.settings);
    const closing = this.#closing;
    return { clock: this.#clock, live, stores: this.#stores, closing, behindTurn, processes };
  }

  /** Which process this is, and how a command starts it anew, where that is not somebody else's business. */
  #process(token: Secret): Pick<RunningProxy, 'pid' | 'version' | 'program' | 'background'> {
    const { isBackground = false, places, env } = this.#options;
    const config = places.isConfigNamed ? places.config : null;
    const background = isBackground ? { config, environment: startEnvironment(env, token) } : undefined;
    const program = programFile(process.execPath);
    return { pid: process.pid, version: product.version, program, background };
  }

  /** In reverse order of opening; every part gets its turn, whatever another one throws. */
  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  async #close(): Promise<void> {
    this.#leaving.giveUp();
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
}

/** Who looks sees all calls that are over, and who changes something may rely on it, whichever process carries them. */
function inStep(own: OwnHandler, elsewhere: Elsewhere): OwnHandler {
  return async (call, origin) => {
    // Load balancers ask every second, and want to know no more than whether somebody is there.
    if (!call.target.startsWith('/health')) await elsewhere.caughtUp();
    const answer = await own(call, origin);
    if (call.method !== 'GET' && call.method !== 'HEAD') await elsewhere.heard();
    return answer;
  };
}

/** Nothing stands between the calls and `handler` from the second one on but a look whether it is the first. */
function tellingOfFirst(handler: Handler, told: (() => void) | undefined): Handler {
  let tell = told;
  return (call) => {
    if (tell !== undefined) {
      tell();
      tell = undefined;
    }
    return handler(call);
  };
}

/** An idle proxy shows nothing and is told nothing: that part is loaded with the first call that wants it. */
function adminWhenCalled(options: AdminOptions): AdminApp {
  const app = once(async () => {
    const { openAdmin } = await import('./admin.ts');
    return openAdmin(options);
  });
  return { fetch: async (request, env) => (await app()).fetch(request, env) };
}
