import { rollBack } from '../update/roll-back.ts';
import { openSender } from '../wire/send.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';
import { hereOf } from './update-here.ts';
import { lookBefore, reasonOf, seeItWell } from './update-restart.ts';

/** `update --rollback`: the version before the last update, in place of this one. */
export async function updateRollback(cli: Cli, withDatabase: boolean): Promise<number> {
  const { terminal, isJson, clock } = cli;
  const { here } = await hereOf(cli);
  const sender = openSender({ clock });
  try {
    const before = await lookBefore(cli, sender, here.binary);
    if (withDatabase && before !== undefined) throw problem('update-rollback-running');
    const { to, databaseAside } = await rollBack(here, { clock, withDatabase });
    if (!isJson) terminal.print(`went back from ${here.current} to ${to}: ${here.binary}`);
    if (databaseAside !== null) terminal.note(`What was in the database until now is in ${databaseAside}.`);
    let served: string | undefined;
    if (before?.keeper !== undefined) {
      terminal.note(`starting ${before.keeper.name} anew …`);
      await before.keeper.restart().catch((cause: unknown) => {
        throw problem('proxy-start-failed', { reason: reasonOf(cause) }, { cause });
      });
      const { running } = await seeItWell(cli, sender, before, to);
      served = running.url;
      if (!isJson) terminal.print(`${running.url} is served by version ${to} now (process ${running.pid})`);
    } else if (before !== undefined) {
      terminal.note(
        `The proxy at ${before.url} (process ${before.pid}) goes on with version ${before.version}. Stop it and start it again where it was started.`,
      );
    }
    if (isJson)
      terminal.json({
        rolledBack: true,
        from: here.current,
        version: to,
        databaseAside,
        url: served ?? null,
      });
    return 0;
  } finally {
    sender.close();
  }
}
