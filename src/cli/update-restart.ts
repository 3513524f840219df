import type { HealthStatus } from '../admin/contract-health.ts';
import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import { messageOf } from '../base/errors.ts';
import type { Scope } from '../service/service.ts';
import type { Sender } from '../wire/sender.ts';
import type { Cli } from './cli.ts';
import {
  backgroundKeeper,
  runningService,
  serviceAdvice,
  serviceKeeper,
  until,
  type Keeper,
} from './keepers.ts';
import { asTheService } from './service-here.ts';

/** Longest wait for the new one to be well (ms). */
const wellMs = 60_000;

/** A proxy that runs now, with what is needed to see whether its successor is as well. */
export interface Before {
  /** This command, looking at the home directory of that proxy. */
  readonly cli: Cli;
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly health: HealthStatus;
  /** Undefined where only whoever started it can start it anew. */
  readonly keeper: Keeper | undefined;
  /** How they do that. */
  readonly advice: string;
}

const byHand = 'Stop it and start it again where it was started.';

/** What runs of this program: services, and what else serves the home directory. */
export async function lookBefore(cli: Cli, sender: Sender, command: readonly string[]): Promise<Before[]> {
  const found: Before[] = [];
  const add = (before: Before | undefined): void => {
    if (before !== undefined && !found.some(({ pid }) => pid === before.pid)) found.push(before);
  };
  for (const scope of ['user', 'system'] satisfies Scope[]) add(await serviceBefore(cli, sender, scope));
  const proxy = await findRunning(cli.places.run, sender);
  if (proxy !== undefined && !found.some(({ pid }) => pid === proxy.running.pid)) {
    const keeper = await backgroundKeeper(cli, sender, proxy, command);
    add({ cli, ...(await standingOf(proxy)), keeper, advice: byHand });
  }
  return found;
}

async function serviceBefore(cli: Cli, sender: Sender, scope: Scope): Promise<Before | undefined> {
  const runs = await runningService(cli, scope);
  if (runs === undefined) return undefined;
  const { service, state } = runs;
  const its = asTheService(cli, scope);
  // What another user keeps closed says nothing of the proxy in it.
  const proxy = await findRunning(its.places.run, sender).catch(() => undefined);
  const unknown = {
    pid: state.pid ?? 0,
    url: `the service ${service.name}`,
    version: '',
    health: 'fail',
  } as const;
  const standing = proxy !== undefined && proxy.running.pid === state.pid ? await standingOf(proxy) : unknown;
  return { cli: its, ...standing, keeper: serviceKeeper(service), advice: serviceAdvice() };
}

async function standingOf(proxy: RemoteProxy): Promise<Pick<Before, 'pid' | 'url' | 'version' | 'health'>> {
  const { pid, url, version } = proxy.running;
  const { status: health } = await proxy.health();
  return { pid, url, version, health };
}

/**
 * Waits for another process than that of `before`, of `version`, that is as well as that one was.
 *
 * @throws Error that says what is missing
 */
export async function seeItWell(
  { cli: { clock, places }, pid, health }: Pick<Before, 'cli' | 'pid' | 'health'>,
  sender: Sender,
  version: string,
): Promise<RemoteProxy> {
  let lacks = 'it does not answer';
  let found: RemoteProxy | undefined;
  const isWell = async (): Promise<boolean> => {
    found = await findRunning(places.run, sender);
    if (found === undefined || found.running.pid === pid) return false;
    if (found.running.version !== version) {
      lacks = `version ${found.running.version} answers`;
      return false;
    }
    const { status, output } = await found.health();
    lacks = `it is not well: ${output ?? status}`;
    return status !== 'fail' || health === 'fail';
  };
  try {
    await until(clock, wellMs, isWell);
  } catch (error) {
    throw new Error(lacks, { cause: error });
  }
  if (found === undefined) throw new Error(lacks);
  return found;
}

/** Why something did not work, on one line and without a full stop. */
export function reasonOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}
