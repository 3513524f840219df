import { ownCommand } from '../base/own-command.ts';
import { look } from '../update/look.ts';
import { downloadWords, replaceProgram, type Here, type Step } from '../update/replace.ts';
import type { Release } from '../update/release.ts';
import { previousOf, swapBack } from '../update/swap.ts';
import { feedOf } from '../update/trust.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import { openSender } from '../wire/send.ts';
import type { Sender } from '../wire/sender.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { progressBar } from './progress-bar.ts';
import { updateCheck } from './update-check.ts';
import { currentOf, hereOf, withAsking } from './update-here.ts';
import { lookBefore, reasonOf, seeItWell, type Before, type Keeper } from './update-restart.ts';
import { updateRollback } from './update-rollback.ts';

interface UpdateWords {
  readonly check?: boolean;
  readonly rollback?: boolean;
  readonly database?: boolean;
}

/** `update`: loads the newest version, tries it, puts it in place and starts the running proxy anew. */
export const update: Action<UpdateWords> = async (cli, { check, rollback, database = false }) => {
  if (check === true) return updateCheck(cli);
  if (rollback === true) return updateRollback(cli, database);
  const { here, settings } = await hereOf(cli);
  const feed = feedOf(settings.update);
  const found = await withAsking(cli, settings, async (asking) => {
    const seen = await look({ feed, asking, current: here.current, memory: here.memory });
    if (seen.isNewer) await replace(cli, here, seen.release, { feed: feed.url, asking });
    return seen;
  });
  if (!found.isNewer) return tellNewest(cli, here);
  const { version } = found.release;
  const served = await startAnew(cli, here, version);
  tellDone(cli, here, version, served);
  return 0;
};

async function replace(
  cli: Cli,
  here: Here,
  release: Release,
  from: Pick<Parameters<typeof replaceProgram>[1], 'feed' | 'asking'>,
): Promise<void> {
  const { terminal } = cli;
  const { targets } = currentOf(cli);
  terminal.note(`version ${release.version} is available; loading ${downloadWords(release, targets)}`);
  if (here.database === undefined)
    terminal.note(
      'The database is on a Postgres server and is not copied: back it up with pg_dump if you want to be able to go back to it.',
    );
  const says: Partial<Record<Step, string>> = {
    downloaded: 'loaded; checking and trying it …',
    tried: 'it works here; putting it in place …',
  };
  const onStep = (step: Step): void => {
    const words = says[step];
    if (words !== undefined) terminal.note(words);
  };
  const onProgress = cli.isJson ? undefined : progressBar(terminal);
  await replaceProgram(here, { release, targets, ...from, onStep, onProgress });
}

/** What became of the proxy that runs. */
type Served =
  | { readonly is: 'none' }
  | { readonly is: 'anew'; readonly url: string; readonly pid: number }
  | { readonly is: 'left'; readonly url: string; readonly pid: number };

/**
 * Starts the running proxy anew, and watches it. Where it does not come up the version before is put back.
 *
 * @throws Problem update-rolled-back, update-stuck
 */
async function startAnew(cli: Cli, here: Here, to: string): Promise<Served> {
  const sender = openSender({ clock: cli.clock });
  try {
    const before = await lookBefore(cli, sender, here.binary);
    if (before === undefined || before.version === to) return { is: 'none' };
    const { keeper, url, pid } = before;
    if (keeper === undefined) return { is: 'left', url, pid };
    cli.terminal.note(`starting ${keeper.name} anew …`);
    const { running } = await comeUp(cli, sender, here, { before, keeper, to });
    return { is: 'anew', url: running.url, pid: running.pid };
  } finally {
    sender.close();
  }
}

interface ComingUp {
  readonly before: Before;
  readonly keeper: Keeper;
  readonly to: string;
}

async function comeUp(
  cli: Cli,
  sender: Sender,
  here: Here,
  { before, keeper, to }: ComingUp,
): Promise<RemoteProxy> {
  try {
    await keeper.restart();
    return await seeItWell(cli, sender, before, to);
  } catch (cause) {
    const reason = reasonOf(cause);
    const facts = { to, from: here.current, binary: here.binary, previous: previousOf(here.binary) };
    cli.terminal.note(`it did not come up (${reason}); going back to ${here.current} …`);
    try {
      await swapBack(here.binary);
      await keeper.startOver();
    } catch (error) {
      throw problem('update-stuck', { ...facts, reason: `${reason}; ${reasonOf(error)}` }, { cause: error });
    }
    throw problem('update-rolled-back', { ...facts, reason: `${reason}.` }, { cause });
  }
}

function tellNewest({ terminal, isJson }: Cli, { current }: Here): number {
  if (isJson) terminal.json({ updated: false, version: current });
  else terminal.print(`${current} is the newest version.`);
  return 0;
}

function tellDone({ terminal, isJson }: Cli, { current, binary }: Here, to: string, served: Served): void {
  if (isJson) {
    const { is, ...where } = served;
    terminal.json({ updated: true, from: current, version: to, binary, proxy: { is, ...where } });
    return;
  }
  terminal.print(`updated ${binary} from ${current} to ${to}`);
  if (served.is === 'anew')
    terminal.print(`${served.url} is served by version ${to} now (process ${served.pid})`);
  if (served.is === 'left')
    terminal.note(
      `The proxy at ${served.url} (process ${served.pid}) goes on with version ${current}. Stop it and start it again where it was started.`,
    );
  terminal.note(`The version before is kept: \`${ownCommand('update --rollback')}\` goes back to it.`);
}
