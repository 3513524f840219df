import type { LogView } from '../admin/contract.ts';
import { longestHeldSeconds } from '../admin/control-log.ts';
import type { RemoteLog } from '../admin/remote-log.ts';
import { logLevels } from '../base/log.ts';
import type { Action, Cli } from './cli.ts';
import { lengthOf } from './moments.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';
import { clockTime, lengthWords } from './words.ts';

interface LevelOptions {
  readonly for: string;
}

/** `logs level [level]`: at once, in the running proxy. */
export const logsLevel: Action<LevelOptions> = async (cli, { for: time }, [level]) => {
  const seconds = lengthOf(time, '--for', longestHeldSeconds * 1_000) / 1_000;
  const view = await withRunning(cli, async (proxy) => {
    if (proxy === undefined) throw problem('proxy-not-running');
    return changed(proxy.log, level, seconds);
  });
  if (cli.isJson) cli.terminal.json(view);
  else cli.terminal.print(words(cli, view));
  return 0;
};

async function changed(log: RemoteLog, wanted: string | undefined, seconds: number): Promise<LogView> {
  if (wanted === undefined) return log.view();
  if (wanted === 'settings') return log.release();
  const level = logLevels.find((one) => one === wanted);
  if (level !== undefined) return log.hold(level, seconds);
  const expects = `one of ${logLevels.join(', ')}, or settings`;
  throw problem('value-invalid', { option: 'The level', value: wanted.slice(0, 40), expects });
}

function words({ clock }: Cli, { level, settingsLevel, until }: LogView): string {
  if (until === null) return `${level}, as in the settings`;
  const at = Date.parse(until);
  return `${level} until ${clockTime(at)} (${lengthWords(at - clock.now())}), then ${settingsLevel} as in the settings`;
}
