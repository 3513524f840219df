import { stat } from 'node:fs/promises';
import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import type { HealthStatus } from '../admin/contract-health.ts';
import { type Clock, sleepAwake } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import type { Sender } from '../wire/sender.ts';
import { startInBackground } from './background.ts';
import type { Cli } from './cli.ts';

/** Longest wait for the old one to stop listening, which it does at once, and for the new one to be well (ms). */
const stopMs = 10_000;
const wellMs = 30_000;
const lookMs = 100;

/** Who keeps a proxy running, and can start it anew with the program that is in place then. */
export interface Keeper {
  /** For people: `the proxy in the background`. */
  readonly name: string;
  /** Lets running answers end. Resolves once another process serves. @throws where none comes up */
  restart(): Promise<void>;
  /** The same where what runs does not answer, or nothing runs at all. */
  startOver(): Promise<void>;
}

/** A proxy that runs now, with what is needed to see whether its successor is as well. */
export interface Before {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly health: HealthStatus;
  /** Undefined where only whoever started it can start it anew. */
  readonly keeper: Keeper | undefined;
}

/** What runs on this home directory now; undefined where nothing does. */
export async function lookBefore(
  cli: Cli,
  sender: Sender,
  binary: string,
  keeperOf: (proxy: RemoteProxy) => Promise<Keeper | undefined> = () => Promise.resolve(undefined),
): Promise<Before | undefined> {
  const proxy = await findRunning(cli.places.run, sender);
  if (proxy === undefined) return undefined;
  const { pid, url, version } = proxy.running;
  const { status: health } = await proxy.health();
  const keeper = (await keeperOf(proxy)) ?? (await backgroundKeeper(cli, sender, proxy, [binary]));
  return { pid, url, version, health, keeper };
}

/** A proxy that a command of this user started in the background. Its port stays: clients know it. */
export async function backgroundKeeper(
  cli: Cli,
  sender: Sender,
  { running }: RemoteProxy,
  command: readonly string[],
): Promise<Keeper | undefined> {
  const { background, url } = running;
  if (background === undefined || !(await isOurs(cli.places.run))) return undefined;
  const { config } = background;
  const places = { ...cli.places, isConfigNamed: config !== null, config: config ?? cli.places.config };
  const { protocol, port } = new URL(url);
  const words = ['--port', port === '' ? (protocol === 'https:' ? '443' : '80') : port];
  const start = async (): Promise<void> => {
    await untilFree(cli.clock, () => startInBackground({ ...cli, places }, sender, words, command));
  };
  const stop = async (): Promise<void> => {
    const proxy = await findRunning(cli.places.run, sender);
    if (proxy === undefined) return;
    await proxy.stop();
    await until(cli.clock, stopMs, async () => (await findRunning(cli.places.run, sender)) === undefined);
  };
  return {
    name: 'the proxy in the background',
    async restart() {
      await stop();
      // It no longer listens, and its running answers go on beside the new one.
      await start();
    },
    async startOver() {
      await stop().catch(() => undefined);
      await start();
    },
  };
}

/** Root, for a person, must not start their proxy as root. */
async function isOurs(runFile: string): Promise<boolean> {
  const uid = process.getuid?.();
  return uid === undefined || (await stat(runFile)).uid === uid;
}

/** The port is free as soon as the old one has stopped listening. @throws Problem proxy-start-failed, … */
async function untilFree<T>(clock: Clock, start: () => Promise<T>): Promise<T> {
  const deadline = clock.monotonic() + stopMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isTaken = error instanceof Problem && /in use|running already/.test(error.message);
      if (!isTaken || clock.monotonic() > deadline) throw error;
      await sleepAwake(clock, lookMs);
    }
  }
}

/**
 * Waits for another process than that of `before`, of `version`, that is as well as that one was.
 *
 * @throws Error that says what is missing
 */
export async function seeItWell(
  { clock, places }: Pick<Cli, 'clock' | 'places'>,
  sender: Sender,
  before: Pick<Before, 'pid' | 'health'>,
  version: string,
): Promise<RemoteProxy> {
  let lacks = 'it does not answer';
  let found: RemoteProxy | undefined;
  const isWell = async (): Promise<boolean> => {
    found = await findRunning(places.run, sender);
    if (found === undefined || found.running.pid === before.pid) return false;
    if (found.running.version !== version) {
      lacks = `version ${found.running.version} answers`;
      return false;
    }
    const { status, output } = await found.health();
    lacks = `it is not well: ${output ?? status}`;
    return status !== 'fail' || before.health === 'fail';
  };
  try {
    await until(clock, wellMs, isWell);
  } catch (error) {
    throw new Error(lacks, { cause: error });
  }
  if (found === undefined) throw new Error(lacks);
  return found;
}

/** @throws Error where `check` says no for `ms` */
async function until(clock: Clock, ms: number, check: () => Promise<boolean>): Promise<void> {
  const deadline = clock.monotonic() + ms;
  for (;;) {
    // A proxy that stops while it is asked is no failure of ours.
    if (await check().catch(() => false)) return;
    if (clock.monotonic() > deadline) throw new Error(`not within ${ms / 1_000} seconds`);
    await sleepAwake(clock, lookMs);
  }
}

/** Why something did not work, on one line and without a full stop. */
export function reasonOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}
