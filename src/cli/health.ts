import { askJson } from '../admin/ask.ts';
import type { HealthView } from '../admin/contract-health.ts';
import { isAlive, readRunFile } from '../admin/run-file.ts';
import { openSender } from '../wire/send.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { plain } from './terminal.ts';

/** Longer than any answer about health takes; orchestrators have deadlines of their own (ms). */
const deadlineMs = 10_000;

/**
 * `health`: asks the running proxy over its loopback address, so that an image without a shell can look after
 * itself. Exits with 1 where something fails, and with 5 where none runs or none answers.
 */
export const health: Action<{ readonly live?: boolean }> = async (cli, { live = false }) => {
  const view = await ask(cli, live ? '/health/live' : '/health/ready');
  if (cli.isJson) cli.terminal.json(view);
  else {
    cli.terminal.print(view.status);
    if (view.output !== undefined) cli.terminal.note(plain(view.output));
  }
  return view.status === 'fail' ? 1 : 0;
};

async function ask({ places, clock }: Cli, path: string): Promise<HealthView> {
  const running = await readRunFile(places.run);
  if (running === undefined || !isAlive(running.pid)) throw problem('proxy-not-running');
  const sender = openSender({ clock });
  const said = await askJson(sender, running.controlUrl, { method: 'GET', path, deadlineMs })
    .catch((cause: unknown) => {
      throw problem('proxy-unreachable', {}, { cause });
    })
    .finally(() => {
      sender.close();
    });
  if (!isHealth(said.value)) throw problem('proxy-refused');
  return said.value;
}

function isHealth(value: unknown): value is HealthView {
  if (typeof value !== 'object' || value === null || !('status' in value)) return false;
  return value.status === 'pass' || value.status === 'warn' || value.status === 'fail';
}
