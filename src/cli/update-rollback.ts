import { rollBack } from '../update/roll-back.ts';
import { openSender } from '../wire/send.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';
import { hereOf } from './update-here.ts';
import { lookBefore, reasonOf, seeItWell, type Before } from './update-restart.ts';
import { servedWords, type Served } from './update-served.ts';

/** `update --rollback`: the version before the last update, in place of this one. */
export async function updateRollback(cli: Cli, withDatabase: boolean): Promise<number> {
  const { terminal, isJson, clock } = cli;
  const { here } = await hereOf(cli);
  const sender = openSender({ clock });
  try {
    const before = await lookBefore(cli, sender, [here.binary]);
    if (withDatabase && before.length > 0) throw problem('update-rollback-running');
    const { to, databaseAside } = await rollBack(here, { clock, withDatabase });
    if (!isJson) terminal.print(`went back from ${here.current} to ${to}: ${here.binary}`);
    if (databaseAside !== null) terminal.note(`What was in the database until now is in ${databaseAside}.`);
    const served: Served[] = [];
    for (const one of before) {
      const is = await startedAnew(cli, one, async () => (await seeItWell(one, sender, to)).running);
      served.push({ ...is, version: is.is === 'anew' ? to : one.version });
    }
    if (isJson)
      terminal.json({ rolledBack: true, from: here.current, version: to, databaseAside, proxies: served });
    else for (const one of served) terminal.print(servedWords(one));
    return 0;
  } finally {
    sender.close();
  }
}

/** @throws Problem proxy-start-failed */
async function startedAnew(
  { terminal }: Cli,
  { keeper, url, pid, advice }: Before,
  seen: () => Promise<{ readonly url: string; readonly pid: number }>,
): Promise<Omit<Served, 'version'>> {
  if (keeper === undefined) return { is: 'left', url, pid, advice };
  terminal.note(`starting ${keeper.name} anew …`);
  try {
    await keeper.restart();
    const now = await seen();
    return { is: 'anew', url: now.url, pid: now.pid, advice: '' };
  } catch (cause) {
    throw problem('proxy-start-failed', { reason: `${reasonOf(cause)}.` }, { cause });
  }
}
