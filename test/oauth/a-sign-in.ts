import { randomBytes } from 'node:crypto';
import { wallClock, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsFrom } from '../../src/config/load.ts';
import type { ProviderSettings } from '../../src/config/settings.ts';
import type { Way } from '../../src/config/settings-providers.ts';
import type { FlowState, FlowView } from '../../src/oauth/flow.ts';
import { openOAuth, type OAuth } from '../../src/oauth/open.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import { openSender } from '../../src/wire/send.ts';
import { HandClock } from '../help/a-clock.ts';
import { MemoryLog } from '../help/a-log.ts';
import type { Rooms } from '../help/a-proxy.ts';

/** Providers as a settings file says them. */
export function providersIn(toml: string): ReadonlyMap<string, ProviderSettings> {
  const places = { config: '/nowhere/config.toml', isConfigNamed: false, userHome: '/home/ann' };
  return settingsFrom(toml, { places, env: {}, flags: {} }).settings.providers;
}

/** A whole room to sign in from, over the real wire, and what it was given. */
export interface SignInRoom {
  readonly oauth: OAuth;
  readonly clock: Clock;
  readonly log: MemoryLog;
  /** The tokens that were handed on, newest last. */
  readonly kept: TokenSet[];
  /** Changes what the settings say from now on. */
  settings(toml: string): void;
  begin(way: Way, provider?: string): Promise<FlowView>;
  close(): Promise<void>;
}

export function aSignInRoom(
  toml: string,
  options: { clock?: Clock; env?: Record<string, string> } = {},
): SignInRoom {
  const clock = options.clock ?? wallClock;
  const log = new MemoryLog();
  const sender = openSender({ clock });
  let providers = providersIn(toml);
  const oauth = openOAuth({
    providers: () => providers,
    env: options.env ?? {},
    sender,
    clock,
    random: randomBytes,
    log,
  });
  const kept: TokenSet[] = [];
  return {
    oauth,
    clock,
    log,
    kept,
    settings(changed) {
      providers = providersIn(changed);
    },
    begin: (way, provider = 'p') =>
      oauth.begin({
        provider,
        way,
        purpose: 'work',
        keep: (tokens) => {
          kept.push(tokens);
          return Promise.resolve();
        },
      }),
    async close() {
      await oauth.close();
      sender.close();
    },
  };
}

/** A room whose provider `p` is a simulator of its own; both go by one clock that is turned by hand. */
export async function aSimulatedRoom(
  rooms: Rooms,
  options: { oauth?: SimulatorOptions['oauth']; settings?: string } = {},
): Promise<SignInRoom & { clock: HandClock; provider: RunningSimulator }> {
  const clock = new HandClock();
  const provider = await rooms.add(
    startSimulator({
      clock,
      log: silentLog,
      keys: [],
      open: false,
      oauth: { consent: 'approve', ...options.oauth },
    }),
  );
  const settings = options.settings ?? 'client_id = "c"';
  const toml = `[providers.p]\nissuer = "${provider.url}"\n${settings}`;
  const room = await rooms.add(Promise.resolve(aSignInRoom(toml, { clock })));
  return { ...room, clock, provider };
}

/** The address a person is to open. */
export function addressOf({ state }: FlowView): string {
  if (state.is !== 'needs-user') throw new Error(`nothing to open: ${JSON.stringify(state)}`);
  return state.url;
}

/** The code a person is to enter, and where. */
export function codeOf({ state }: FlowView): Extract<FlowState, { do: 'enter-code' }> {
  if (state.is !== 'needs-user' || state.do !== 'enter-code') throw new Error('nothing to enter');
  return state;
}

/** How it failed, in one line. */
export function failureOf({ state }: FlowView): string {
  if (state.is !== 'failed') throw new Error(`it did not fail: ${JSON.stringify(state)}`);
  return `${state.failure}: ${state.reason}`;
}

/** Turns the clock until `work` is over: a simulator breaks a body a moment after its head. */
export async function turning<T>(work: Promise<T>, clock: HandClock): Promise<T> {
  const over = work.then(() => true);
  const stillRuns = (): Promise<boolean> =>
    Promise.race([over.then(() => false), clock.turn(5).then(() => true)]);
  while (await stillRuns());
  return work;
}
