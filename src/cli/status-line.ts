import type { LineView } from '../admin/contract-line.ts';
import type { WindowView } from '../admin/contract-accounts.ts';
import { sleep } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { dollars } from '../base/amounts.ts';
import type { Cli } from './cli.ts';
import { percentOf, tightest } from './headroom-words.ts';
import { withRunning } from './reach.ts';
import { plain, type Style } from './terminal.ts';
import { agoWords, clockTime, dayTime } from './words.ts';

/** Claude Code writes what it has to say at once; where nobody writes, nobody waits (ms). */
const inputWithinMs = 150;
/** It says some kilobytes. */
const mostInput = 256 * 1024;
/** Later than this, the line would be about something else (ms). */
const answerWithinMs = 2_000;
/** A reading that is older is told with its age (ms). */
const freshMs = 5 * 60_000;
/** Of budgets that are far from full nobody needs to hear. */
const leastPercent = 50;

/** `status --line`: never fails, since Claude Code then shows nothing at all. */
export async function statusLine(cli: Cli, input: NodeJS.ReadStream = process.stdin): Promise<number> {
  const view = await viewOf(cli, input);
  if (cli.isJson) cli.terminal.json({ running: view !== undefined && !('trouble' in view), ...view });
  else cli.terminal.print(lineWords(view, cli));
  return 0;
}

async function viewOf(
  cli: Cli,
  input: NodeJS.ReadStream,
): Promise<LineView | { readonly trouble: string } | undefined> {
  const stop = new AbortController();
  try {
    const session = sessionIn(input.isTTY ? '' : await textOf(cli, input));
    const late = sleep(cli.clock, answerWithinMs, stop.signal).then(() => ({ trouble: 'does not answer' }));
    const answer = withRunning(cli, (proxy) => proxy?.line(session) ?? Promise.resolve(undefined));
    return await Promise.race([answer, late]);
  } catch (error) {
    return { trouble: error instanceof Problem ? error.message : 'failed' };
  } finally {
    stop.abort();
  }
}

/** What comes in time; the rest is not waited for. */
async function textOf({ clock }: Cli, input: NodeJS.ReadStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(inputWithinMs, resolve);
    const done = (): void => {
      cancel();
      resolve();
    };
    input.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostInput) done();
    });
    input.on('end', done);
    input.on('error', done);
  });
  // Nobody may be kept by what still could come.
  input.destroy();
  return Buffer.concat(chunks).toString();
}

/** The `session_id` that Claude Code tells; undefined where it does not, or tells something else. */
function sessionIn(text: string): string | undefined {
  try {
    const said: unknown = JSON.parse(text);
    const id: unknown =
      typeof said === 'object' && said !== null ? Reflect.get(said, 'session_id') : undefined;
    return typeof id === 'string' && id !== '' && id.length <= 512 ? id : undefined;
  } catch {
    return undefined;
  }
}

/** `ann · 5h 62 %, out 15:40, renewed 17:00 · $1.23 here · $8.90 today · house 80 %`. */
export function lineWords(
  view: LineView | { readonly trouble: string } | undefined,
  { terminal, clock }: Pick<Cli, 'terminal' | 'clock'>,
): string {
  if (view === undefined) return `${product.binary} is not running`;
  if ('trouble' in view) return plain(`${product.binary}: ${view.trouble}`);
  const now = clock.now();
  const { account, sessionUsd, todayUsd, budget } = view;
  const styled = (words: string, style: Style | undefined): string =>
    style === undefined ? words : terminal.styled(style, words);
  const window = account === null ? undefined : tightest(account.windows);
  const parts = [
    account === null ? 'no account' : styled(accountWords(account, now), styleOf(account)),
    window === undefined ? '' : styled(windowWords(window, now), windowStyle(window)),
    sessionUsd === null ? '' : `${dollars(sessionUsd)} here`,
    todayUsd === null ? '' : `${dollars(todayUsd)} today`,
    budget === null || budget.percent < leastPercent
      ? ''
      : styled(`${plain(budget.name)} ${budget.percent} %`, budget.isUsedUp ? 'red' : undefined),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function accountWords(
  { name, isOfSession, standing }: NonNullable<LineView['account']>,
  now: number,
): string {
  const who = plain(isOfSession ? name : `next ${name}`);
  switch (standing.is) {
    case 'ready':
      return who;
    case 'resting':
      return `${who} rests until ${soonTime(Date.parse(standing.until), now)}`;
    case 'signed-out':
      return `${who} is signed out`;
    case 'switched-off':
      return `${who} is switched off`;
  }
}

function styleOf({ standing }: NonNullable<LineView['account']>): Style | undefined {
  if (standing.is === 'ready') return undefined;
  return standing.is === 'resting' ? 'yellow' : 'red';
}

function windowWords(
  { name, used, forecast, runsOutAt, resetsAt, readAt, kind }: WindowView,
  now: number,
): string {
  const parts = [`${name} ${percentOf(used ?? 0)}`];
  if (forecast === 'used-up') parts.push('used up');
  if (runsOutAt !== null) parts.push(`out ${soonTime(Date.parse(runsOutAt), now)}`);
  if (resetsAt !== null && kind === 'plan') parts.push(`renewed ${soonTime(Date.parse(resetsAt), now)}`);
  if (now - Date.parse(readAt) > freshMs) parts.push(`read ${agoWords(readAt, now)}`);
  return plain(parts.join(', '));
}

/** Of the next hours nobody has to be told which day they are of. */
function soonTime(at: number, now: number): string {
  return Math.abs(at - now) < 20 * 3_600_000 ? clockTime(at) : dayTime(at, now);
}

function windowStyle({ forecast }: WindowView): Style | undefined {
  if (forecast === 'used-up') return 'red';
  return forecast === 'runs-out' ? 'yellow' : undefined;
}
