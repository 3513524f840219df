import { afterEach, describe, expect, it } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { sessionCalls, type SessionCall } from '../help/a-session-in-the-ledger.ts';
import { claudeCode, runClient, type Run } from '../help/claude-code.ts';

/**
 * What people come for: ten sessions of the real client at once, each of several processes that go on with the same
 * conversation, on three accounts of which one after the other uses up its plan. Nobody may notice.
 */
const program = claudeCode();
const rooms = new Rooms();
const folder = temporaryFolders();
afterEach(() => rooms.close());

const names = ['one', 'two', 'three'] as const;
const sessions = 10;

const bash = (words: string): string => `[[tool:Bash {"command":"echo ${words}","description":"say it"}]]`;
/** What a session is asked, turn by turn, and how many calls of the client that makes. */
const prompts: readonly { readonly text: string; readonly calls: number }[] = [
  { text: '[[text:300]]', calls: 1 },
  { text: `${bash('first')}[[then]][[text:200]]`, calls: 2 },
  { text: '[[think:200]][[text:100]]', calls: 1 },
  { text: `${bash('second')}[[then]]${bash('third')}[[then]][[text:100]]`, calls: 3 },
  { text: '[[agent:[[text:200]]]]', calls: 3 },
  { text: `${bash('fourth')}[[then]][[text:400]]`, calls: 2 },
  { text: '[[text:100]]', calls: 1 },
  { text: `${bash('fifth')}[[then]]${bash('sixth')}[[then]][[text:100]]`, calls: 3 },
];

/** A plan that somebody has just used up, and one that ten sessions do not (weighted tokens). */
const usedUp = { subscription: { fiveHour: { limit: 6_000, used: 6_000, lengthMs: 4_000 } } };
const ample = { subscription: { fiveHour: { limit: 50_000_000 } } };

const refusals = ({ calls }: Simulator, name: string): number =>
  calls.filter(({ key, status }) => key === name && status === 429).length;

/** One account after the other has its plan used up, and is whole again when its headers said, until `isOver`. */
async function runOutInTurn(simulator: Simulator, isOver: () => boolean): Promise<void> {
  for (let at = 0; ; at += 1) {
    const name = names[at % names.length]!;
    const before = refusals(simulator, name);
    const windowOf = (): number =>
      simulator.state().keys.find((key) => key.name === name)?.windows?.['5h'] ?? 0;
    // On a busy machine a window may be over before anybody came.
    while (!isOver() && refusals(simulator, name) === before) {
      simulator.change(name, usedUp);
      await until(() => isOver() || windowOf() < 1);
    }
    simulator.change(name, ample);
    if (isOver()) return;
  }
}

interface Turn extends Run {
  readonly session: string;
  /** Calls that the client has to make for it. */
  readonly calls: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
}

/** More than any session has here: whatever happens, it comes to an end. */
const mostTurns = 5 * prompts.length;

/** A conversation of one process a turn: begun with an id, then resumed by that and continued, in turn. */
async function converse(env: Record<string, string>, isEnough: () => boolean): Promise<Turn[]> {
  const home = join(folder(), 'home');
  mkdirSync(home);
  const session = randomUUID();
  const turns: Turn[] = [];
  for (let at = 0; at < prompts.length || (at < mostTurns && !isEnough()); at += 1) {
    const { text, calls } = prompts[at % prompts.length]!;
    const whose =
      at === 0 ? ['--session-id', session] : at % 2 === 0 ? ['--continue'] : ['--resume', session];
    const args = ['-p', text, '--output-format', 'json', ...whose, '--allowedTools', 'Bash', 'Agent'];
    const from = wallClock.now();
    turns.push({ ...(await runClient(program!, args, env, home)), session, calls, from });
    if (turns.at(-1)?.exitCode !== 0) break;
  }
  return turns;
}

/** The call a turn began with. */
function beginningOf({ session, from }: Turn, calls: readonly SessionCall[]): SessionCall {
  const found = calls.find((call) => call.session === session && call.at >= from);
  if (found === undefined) throw new Error(`The ledger has no call of the turn of ${session} at ${from}.`);
  return found;
}

/** Where the call before was served, or where a move had left a cache that is still warm. */
function isAtHome({ account, previous, reason, cacheRead }: SessionCall): boolean {
  return account === previous || (reason === 'back to its warm cache' && cacheRead > 10_000);
}

describe.skipIf(program === undefined)('ten sessions of Claude Code at once', () => {
  it('end well on three accounts that run out in turn, and stay where they are while that can serve', async () => {
    const keys = names.map((name) => ({ name, key: `sk-ant-api03-${name}`, organization: name, ...ample }));
    const running = await startSimulator({ keys, clock: wallClock, log: silentLog });
    await rooms.add(Promise.resolve({ close: () => running.close() }));
    const { simulator } = running;
    const account = { kind: 'api-key' as const, baseUrl: running.url };
    const accounts = keys.map(({ name, key }) => ({ ...account, name, secret: key }));
    const proxy = await rooms.add(aProxy({ accounts }));
    const env = { ANTHROPIC_BASE_URL: proxy.url, ANTHROPIC_AUTH_TOKEN: 'placeholder' };

    let areOver = false;
    const steered = runOutInTurn(simulator, () => areOver);
    const haveAllRunOut = (): boolean => names.every((name) => refusals(simulator, name) > 0);
    const talks = Array.from({ length: sessions }, () => converse(env, haveAllRunOut));
    const turns = (await Promise.all(talks)).flat();
    areOver = true;
    await steered;
    await proxy.stop();
    const calls = sessionCalls(proxy.places.database);

    for (const { result, exitCode, session } of turns) {
      const { is_error, terminal_reason, session_id } = result;
      const end = { exitCode, is_error, terminal_reason, session_id };
      expect(end).toEqual({
        exitCode: 0,
        is_error: false,
        terminal_reason: 'completed',
        session_id: session,
      });
    }
    // No call failed, was cut or was sent again: the clients have made those of their turns and no other.
    expect(calls.filter(({ status, ended }) => status !== 200 || ended !== 'complete')).toEqual([]);
    expect(calls).toHaveLength(turns.reduce((sum, turn) => sum + turn.calls, 0));
    expect(names.filter((name) => refusals(simulator, name) === 0)).toEqual([]);

    const begun = turns.map((turn) => beginningOf(turn, calls));
    const could = begun.filter(({ previous, could }) => previous !== null && could);
    expect(could.length).toBeGreaterThan(begun.length / 2);
    expect(could.filter(isAtHome).length).toBeGreaterThanOrEqual(0.95 * could.length);
    // That there was something not to notice: calls whose account could not serve.
    expect(calls.some(({ previous, could }) => previous !== null && !could)).toBe(true);
  });
});
