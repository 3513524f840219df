import type { HealthStatus } from '../admin/contract-health.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import { otherVariables } from '../admin/start-environment.ts';
import { messageOf } from '../base/errors.ts';
import { longestOpeningMs } from '../base/opening.ts';
import { programFile, type ProgramFile } from '../base/same-file.ts';
import type { Scope } from '../service/service.ts';
import { previousOf } from '../update/swap.ts';
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
import { runningHere } from './running-here.ts';
import { asTheService, machineOf } from './service-here.ts';
import { plain } from './terminal.ts';

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

/**
 * What runs here: services, and what else serves the home directory. What runs another file than `command` starts, or
 * was started with other variables than this terminal has, is left to whoever started it.
 */
export async function lookBefore(cli: Cli, sender: Sender, command: readonly string[]): Promise<Before[]> {
  const [binary = ''] = command;
  const found: Before[] = [];
  const add = (before: Before | undefined): void => {
    if (before !== undefined && !found.some(({ pid }) => pid === before.pid)) found.push(before);
  };
  for (const scope of ['user', 'system'] satisfies Scope[])
    add(await serviceBefore(cli, sender, scope, binary));
  const proxy = await runningHere(cli, sender);
  if (proxy !== undefined && !found.some(({ pid }) => pid === proxy.running.pid)) {
    const keeper = await backgroundKeeper(cli, sender, proxy, command);
    const kept = { cli, ...(await standingOf(proxy)), keeper, advice: byHand };
    const because = otherFile(proxy, binary) ?? otherEnvironment(cli, proxy);
    add(because === undefined ? kept : { ...kept, keeper: undefined, advice: because });
  }
  return found;
}

async function serviceBefore(
  cli: Cli,
  sender: Sender,
  scope: Scope,
  binary: string,
): Promise<Before | undefined> {
  const runs = await runningService(machineOf(cli), scope);
  if (runs === undefined) return undefined;
  const { service, state } = runs;
  const its = asTheService(cli, scope);
  // What another user keeps closed says nothing of the proxy in it.
  const proxy = await runningHere(its, sender).catch(() => undefined);
  const unknown = {
    pid: state.pid ?? 0,
    url: `the service ${service.name}`,
    version: '',
    health: 'fail',
  } as const;
  const kept = { cli: its, keeper: serviceKeeper(its, sender, service), advice: serviceAdvice() };
  if (proxy === undefined || proxy.running.pid !== state.pid) return { ...kept, ...unknown };
  const standing = await standingOf(proxy);
  const other = otherFile(proxy, binary);
  return { ...kept, ...standing, ...(other !== undefined && { keeper: undefined, advice: other }) };
}

/** What is said of a proxy that runs from another place than `binary`; undefined where it runs from there, or says nothing. */
function otherFile({ running: { program } }: RemoteProxy, binary: string): string | undefined {
  return program === undefined || isOf(program, binary)
    ? undefined
    : `It runs another program, ${plain(program.path)}, which stays as it is.`;
}

/** Also once `binary` has been replaced: what runs is the one that was kept, or has no name any more. */
function isOf({ path, file }: ProgramFile, binary: string): boolean {
  return path === binary || [binary, previousOf(binary)].some((one) => programFile(one)?.file === file);
}

/** What is said of one in the background that this terminal would start with other variables; undefined for none such. */
function otherEnvironment({ env }: Cli, { running }: RemoteProxy): string | undefined {
  const { background, controlToken } = running;
  if (background?.environment === undefined) return undefined;
  const names = otherVariables(background.environment, env, controlToken);
  return names.length === 0
    ? undefined
    : `It was started with other variables than are set here (${plain(names.join(', '))}). Stop it and start it again where they are as they were.`;
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
    found = await runningHere({ places }, sender);
    if (found === undefined || found.running.pid === pid) return false;
    if (found.running.version !== version) {
      lacks = `version ${found.running.version} answers`;
      return false;
    }
    const { status, output } = await found.health();
    lacks = `it is not well: ${plain(output ?? status)}`;
    return status !== 'fail' || health === 'fail';
  };
  try {
    await until(clock, longestOpeningMs, isWell);
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
