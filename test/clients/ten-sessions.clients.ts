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
import { claudeCode, talkTo, type Said } from '../help/claude-code.ts';

/**
 * What people come for: ten sessions of the real client at once, each of several processes that go on with the same
 * conversation, on three accounts of which one after the other uses up its plan. Nobody may notice. Most turns meet no
 * limit, as on any day: each account is at its limit once, while a session
 * has thirty-two.
 */
const program = claudeCode();
const rooms = new Rooms();
const folder = temporaryFolders();
afterEach(() => rooms.close());

const names = ['one', 'two', 'three'] as const;
const sessions = 10;

const bash = (words: string): string => `[[tool:Bash {"command":"echo ${words}","description":"say it"}]]`;

interface Prompt {
  readonly text: string;
  /** Calls of the client that it makes. */
  readonly calls: number;
}

/** What most turns are. */
const words = (length: number): Prompt => ({ text: `[[text:${length}]]`, calls: 1 });
const plain: readonly Prompt[] = Array.from({ length: 3 }, (_, at) => words(100 + 50 * at));

/** What a session is asked, process by process, turn by turn. */
const processes: readonly (readonly Prompt[])[] = [
  [words(300), { text: `${bash('first')}[[then]][[text:200]]`, calls: 2 }],
  [
    { text: '[[think:200]][[text:100]]', calls: 1 },
    { text: `${bash('second')}[[then]]${bash('third')}[[then]][[text:100]]`, calls: 3 },
  ],
  [
    { text: '[[agent:[[text:200]]]]', calls: 3 },
    { text: `${bash('fourth')}[[then]][[text:400]]`, calls: 2 },
  ],
  [words(100), { text: `${bash('fifth')}[[then]]${bash('sixth')}[[then]][[text:100]]`, calls: 3 }],
].map((prompts) => prompts.flatMap((one) => [one, ...plain]));

const turnsOfAll = sessions * processes.flat().length;

/** A plan that somebody has just used up, and one that ten sessions do not (weighted tokens). */
const usedUp = { subscription: { fiveHour: { limit: 6_000, used: 6_000, lengthMs: 4_000 } } };
const ample = { subscription: { fiveHour: { limit: 50_000_000 } } };

const refusals = ({ calls }: Simulator, name: string): number =>
  calls.filter(({ key, status }) => key === name && status === 429).length;

/** One account after the other has its plan used up, each at a moment of its own, and is whole again when its headers said. */
async function runOutInTurn(
  simulator: Simulator,
  moments: readonly Promise<void>[],
  isOver: () => boolean,
): Promise<void> {
  for (const [at, name] of names.entries()) {
    await moments[at];
    const windowOf = (): number =>
      simulator.state().keys.find((key) => key.name === name)?.windows?.['5h'] ?? 0;
    // On a busy machine a window may be over before anybody came.
    while (!isOver() && refusals(simulator, name) === 0) {
      simulator.change(name, usedUp);
      await until(() => isOver() || windowOf() < 1);
    }
    simulator.change(name, ample);
  }
}

interface Turn extends Said {
  readonly exitCode: number | null;
  readonly session: string;
  /** Calls that the client has to make for it. */
  readonly calls: number;
}

/** However long the accounts take to run out, it comes to an end. */
const mostRounds = 3;

/** A conversation of several processes: begun with an id, then resumed by that and continued, in turn. */
async function converse(
  env: Record<string, string>,
  begins: () => void,
  isEnough: () => boolean,
): Promise<Turn[]> {
  const home = join(folder(), 'home');
  mkdirSync(home);
  const session = randomUUID();
  const turns: Turn[] = [];
  const most = mostRounds * processes.length;
  for (let at = 0; at < processes.length || (at < most && !isEnough()); at += 1) {
    const prompts = processes[at % processes.length]!;
    const whose =
      at === 0 ? ['--session-id', session] : at % 2 === 0 ? ['--continue'] : ['--resume', session];
    const args = [...whose, '--allowedTools', 'Bash', 'Agent'];
    const texts = prompts.map(({ text }) => text);
    const { exitCode, turns: said } = await talkTo(program!, { args, texts, env, home }, wallClock, begins);
    for (const [turn, one] of said.entries())
      turns.push({ ...one, exitCode, session, calls: prompts[turn]?.calls ?? 0 });
    if (exitCode !== 0) break;
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
    // A limit is longer than a call waits: who meets it moves.
    const proxy = await rooms.add(aProxy({ accounts, config: '[routing]\nmax_wait_seconds = 1\n' }));
    const env = { ANTHROPIC_BASE_URL: proxy.url, ANTHROPIC_AUTH_TOKEN: 'placeholder' };

    let areOver = false;
    // Each account runs out when another quarter of all turns has begun.
    const quarters = names.map(() => Promise.withResolvers<void>());
    let begun = 0;
    const begins = (): void => {
      begun += 1;
      quarters[Math.floor((4 * begun) / turnsOfAll) - 1]?.resolve();
    };
    const moments = quarters.map(({ promise }) => promise);
    const steered = runOutInTurn(simulator, moments, () => areOver);
    const haveAllRunOut = (): boolean => names.every((name) => refusals(simulator, name) > 0);
    const talks = Array.from({ length: sessions }, () => converse(env, begins, haveAllRunOut));
    const turns = (await Promise.all(talks)).flat();
    areOver = true;
    for (const { resolve } of quarters) resolve();
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

    const first = turns.map((turn) => beginningOf(turn, calls));
    const could = first.filter(({ previous, could }) => previous !== null && could);
    const stayed = could.filter(({ account, previous }) => account === previous);
    const leftHome = could.filter((call) => !isAtHome(call));
    // That there was something not to notice: calls whose account could not serve, and which another served.
    const away = calls.filter(
      ({ previous, could, account }) => previous !== null && !could && account !== previous,
    );
    console.error(
      `${could.length} of ${turns.length} turns could stay: ${stayed.length} did, ` +
        `${could.length - stayed.length - leftHome.length} went home to a warm cache, ${leftHome.length} elsewhere; ${away.length} calls had to leave`,
    );
    expect(could.length).toBeGreaterThan(turns.length / 2);
    expect(stayed.length).toBeGreaterThanOrEqual(0.95 * could.length);
    // And who does not stay goes where its cache is.
    expect(leftHome.length).toBeLessThanOrEqual(0.02 * could.length);
    expect(away.length).toBeGreaterThan(0);
    // On a machine that others keep busy it takes several minutes.
  }, 600_000);
});
