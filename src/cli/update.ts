import { ownCommand } from '../base/own-command.ts';
import { look } from '../update/look.ts';
import { downloadWords, replaceProgram, type Here, type Step } from '../update/replace.ts';
import type { Release } from '../update/release.ts';
import { feedOf } from '../update/trust.ts';
import { openSender } from '../wire/send.ts';
import type { Action, Cli } from './cli.ts';
import { progressBar } from './progress-bar.ts';
import { updateCheck } from './update-check.ts';
import { currentOf, hereOf, whereItServes, withAsking } from './update-here.ts';
import { updateRollback } from './update-rollback.ts';
import { servedWords, startAnew, type Served } from './update-served.ts';

interface UpdateWords {
  readonly check?: boolean;
  readonly rollback?: boolean;
  readonly database?: boolean;
}

/** `update`: loads the newest version, tries it, puts it in place and starts the running proxy anew. */
export const update: Action<UpdateWords> = async (typed, { check, rollback, database = false }) => {
  const cli = await whereItServes(typed);
  if (check === true) return updateCheck(cli);
  if (rollback === true) return updateRollback(cli, database);
  const { here, loaded } = await hereOf(cli);
  const feed = feedOf(loaded.settings.update);
  const found = await withAsking(cli, loaded, async (asking) => {
    const { current, memory, owner } = here;
    const seen = await look({ feed, asking, current, memory, owner });
    if (seen.isNewer) await replace(cli, here, seen.release, { feed: feed.url, asking });
    return seen;
  });
  if (!found.isNewer) return tellNewest(cli, here);
  const { version } = found.release;
  const sender = openSender({ clock: cli.clock });
  try {
    tellDone(cli, here, version, await startAnew(cli, sender, here, version));
  } finally {
    sender.close();
  }
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

function tellNewest({ terminal, isJson }: Cli, { current }: Here): number {
  if (isJson) terminal.json({ updated: false, version: current });
  else terminal.print(`${current} is the newest version.`);
  return 0;
}

function tellDone(
  { terminal, isJson }: Cli,
  { current, binary }: Here,
  to: string,
  served: readonly Served[],
): void {
  if (isJson) {
    terminal.json({ updated: true, from: current, version: to, binary, proxies: served });
    return;
  }
  terminal.print(`updated ${binary} from ${current} to ${to}`);
  for (const one of served) terminal.print(servedWords(one));
  terminal.note(`The version before is kept: \`${ownCommand('update --rollback')}\` goes back to it.`);
}
