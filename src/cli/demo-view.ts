import { product } from '../base/product.ts';
import { placeholder } from '../access/claude-env.ts';
import type { Story } from './demo-story.ts';
import type { Cell, Terminal } from './terminal.ts';
import { clockTime, lengthWords } from './words.ts';

/** How many lines of happenings fit without scrolling on a small terminal. */
const shownHappenings = 8;

/** What the demo shows of itself. */
export interface DemoFacts {
  readonly url: string;
  readonly sessions: number;
}

/** The first lines: what this is and how to take part. */
export function greeting({ url, sessions }: DemoFacts): string[] {
  return [
    `listening on ${url}`,
    `${product.name}: three sample accounts on a simulated upstream, ${sessions} sample sessions at work.`,
    'Nothing is spent, and nothing stays behind.',
    'Take part with your own Claude Code:',
    `  ANTHROPIC_BASE_URL=${url} ANTHROPIC_AUTH_TOKEN=${placeholder} claude`,
  ];
}

/** The whole screen. */
export function drawing(terminal: Terminal, facts: DemoFacts, story: Story, now: number): string[] {
  const rows = story.accounts.map((account): Cell[] => {
    const { standing } = account;
    const words =
      standing.is === 'resting'
        ? `at its limit, back in ${lengthWords(Math.max(1_000, Date.parse(standing.until) - now))}`
        : standing.is;
    const style = standing.is === 'ready' ? 'green' : 'yellow';
    return [account.name, { text: words, style }, bar(account.callsInFlight), String(account.served)];
  });
  const happenings = story.happenings.slice(-shownHappenings);
  return [
    ...greeting(facts),
    '',
    ...terminal.tableLines(['ACCOUNT', 'STANDING', 'RUNNING', 'SERVED'], rows),
    '',
    terminal.styled('dim', 'WHAT HAPPENED'),
    ...happenings.map(({ at, words }) => `${terminal.styled('dim', clockTime(at, true))}  ${words}`),
    '',
    totals(story),
    terminal.styled('dim', 'Ctrl-C ends the demo.'),
  ];
}

/** `128 calls answered, 0 failed; 7 session moves; first byte after 12 ms (median)`. */
export function totals({ served, failed, moved, firstByteMs }: Story): string {
  const first = firstByteMs === undefined ? '' : `; first byte after ${Math.round(firstByteMs)} ms (median)`;
  return `${served} calls answered, ${failed} failed; ${moved} session ${moved === 1 ? 'move' : 'moves'}${first}`;
}

function bar(calls: number): string {
  return calls === 0 ? '·' : '●'.repeat(Math.min(calls, 12));
}
