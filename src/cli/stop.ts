import { readFile } from 'node:fs/promises';
import { isAlive } from '../admin/run-file.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';

/** What closing takes after the last call has ended (s). */
const closingSeconds = 15;
const lookMs = 50;

/** `stop`: ends the running proxy as SIGTERM would, and waits until it is gone. */
export const stop: Action<object> = async (cli) => {
  const stopped = await withRunning(cli, async (proxy) => {
    if (proxy === undefined) return undefined;
    const { pid, url } = proxy.running;
    const { totals } = await proxy.status();
    const { drainSeconds } = await proxy.stop();
    if (totals.callsInFlight > 0) {
      const calls = totals.callsInFlight === 1 ? '1 call' : `${totals.callsInFlight} calls`;
      cli.terminal.note(`${calls} running; waiting for the end of that, ${drainSeconds} s at most`);
    }
    await untilGone(cli, pid, drainSeconds + closingSeconds);
    return { pid, url };
  });
  if (cli.isJson) cli.terminal.json({ stopped: stopped !== undefined, ...stopped });
  else if (stopped === undefined) cli.terminal.print('The proxy is not running.');
  else cli.terminal.print(`stopped ${stopped.url} (process ${stopped.pid})`);
  return 0;
};

/** @throws Problem proxy-not-stopped */
async function untilGone({ clock }: Cli, pid: number, seconds: number): Promise<void> {
  const deadline = clock.monotonic() + seconds * 1_000;
  while (!(await isGone(pid))) {
    if (clock.monotonic() > deadline) throw problem('proxy-not-stopped', { seconds, pid });
    await pause();
  }
}

/** Whether no such process runs any more. */
export async function isGone(pid: number): Promise<boolean> {
  return !isAlive(pid) || hasEnded(pid);
}

/** In a container, nobody may ever ask for the exit code of a process whose parent is gone: it stays listed. */
async function hasEnded(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name before the state may hold anything, parentheses too (proc_pid_stat(5)).
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

/** The timers of the clock would let this process end meanwhile. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, lookMs);
  });
}
