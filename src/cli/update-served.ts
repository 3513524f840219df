import { existsSync } from 'node:fs';
import type { Sender } from '../wire/sender.ts';
import { previousOf, swapBack } from '../update/swap.ts';
import type { Here } from '../update/replace.ts';
import type { Cli } from './cli.ts';
import type { Keeper } from './keepers.ts';
import { problem } from './problems.ts';
import { runningHere } from './running-here.ts';
import { lookBefore, reasonOf, seeItWell, type Before } from './update-restart.ts';

/** What became of a proxy that ran when the program was replaced. */
export interface Served {
  /** `anew`: another process serves, of the version that is in place. `left`: it goes on with the version it had. */
  readonly is: 'anew' | 'left';
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  /** How somebody starts it anew who may; '' where that was done. */
  readonly advice: string;
}

/**
 * Starts what runs of this program anew, and watches it. Where one does not come up the version before is put back,
 * and started everywhere.
 *
 * @throws Problem update-rolled-back, update-stuck
 */
export async function startAnew(
  cli: Cli,
  sender: Sender,
  here: Pick<Here, 'binary' | 'current'>,
  to: string,
  command: readonly string[] = [here.binary],
): Promise<Served[]> {
  const before = (await lookBefore(cli, sender, command)).filter(({ version }) => version !== to);
  const anew: Before[] = [];
  const served: Served[] = [];
  for (const one of before) {
    if (one.keeper === undefined) {
      served.push({ is: 'left', url: one.url, pid: one.pid, version: one.version, advice: one.advice });
      continue;
    }
    anew.push(one);
    served.push(
      await comeUp(cli, sender, one, one.keeper, to).catch((cause: unknown) =>
        goBack(cli, sender, here, to, anew, cause),
      ),
    );
  }
  return served;
}

async function comeUp(cli: Cli, sender: Sender, before: Before, keeper: Keeper, to: string): Promise<Served> {
  cli.terminal.note(`starting ${keeper.name} anew …`);
  await keeper.restart();
  const { running } = await seeItWell(before, sender, to);
  return { is: 'anew', url: running.url, pid: running.pid, version: to, advice: '' };
}

/** @throws Problem update-rolled-back, or update-stuck where that did not work either */
async function goBack(
  cli: Cli,
  sender: Sender,
  { binary, current }: Pick<Here, 'binary' | 'current'>,
  to: string,
  anew: readonly Before[],
  cause: unknown,
): Promise<never> {
  const reason = reasonOf(cause);
  const facts = { to, from: current, binary, previous: previousOf(binary) };
  cli.terminal.note(`it did not come up (${reason}); going back to ${current} …`);
  try {
    await swapBack(binary);
    for (const one of anew) {
      // It was never stopped: what could not be done to it needs no undoing.
      if (await goesOn(one, sender)) continue;
      // What came up is not well: it may not be able to hand over, either.
      await one.keeper?.restart({ insists: true });
      await seeItWell({ ...one, pid: 0, health: 'fail' }, sender, current);
    }
  } catch (error) {
    const way = existsSync(facts.previous)
      ? `Put ${facts.previous} in the place of ${binary}`
      : `Version ${current} is back in ${binary}`;
    const both = `${reason}; ${reasonOf(error)}`;
    throw problem('update-stuck', { ...facts, reason: both, way }, { cause: error });
  }
  throw problem('update-rolled-back', { ...facts, reason: `${reason}.` }, { cause });
}

/** Whether the process that ran before still answers. */
async function goesOn({ cli, pid }: Before, sender: Sender): Promise<boolean> {
  const proxy = await runningHere(cli, sender).catch(() => undefined);
  return proxy?.running.pid === pid;
}

/** What is said of a proxy that was running. */
export function servedWords({ is, url, pid, version, advice }: Served): string {
  if (is === 'anew') return `${url} is served by version ${version} now (process ${pid})`;
  const which = version === '' ? 'the version before' : `version ${version}`;
  return `${url} (process ${pid}) goes on with ${which}. ${advice}`;
}
