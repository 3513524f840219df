import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { Problem } from '../../src/base/problem.ts';
import { claim, type Manner, withLock } from '../../src/credentials/lock.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { startScript } from '../help/a-process.ts';

const folder = temporaryFolders();
const children: ReturnType<typeof startScript>[] = [];
let path = '';

beforeEach(() => {
  path = join(folder(), 'vault.lock');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts a script and gives it back once it has printed `line`. */
async function started(script: URL, line: string) {
  const child = startScript(script, [path]);
  children.push(child);
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  expect(new TextDecoder().decode(value)).toBe(`${line}\n`);
  return { child, reader };
}

const owner = (facts: object) =>
  JSON.stringify({
    pid: 1,
    host: 'elsewhere',
    instance: 'x',
    until: Number.MAX_SAFE_INTEGER,
    released: false,
    ...facts,
  });

describe('a lock', () => {
  test('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await readdir(join(path, '..'));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, wallClock, work)));
    expect(most).toBe(1);
  });

  test('gives the result of the work, and is free again after an error', async () => {
    expect(await withLock(path, wallClock, () => Promise.resolve(7))).toBe(7);
    expect(withLock(path, wallClock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, wallClock, () => Promise.resolve(8))).toBe(8);
  });

  test('leaves one small file behind, however often it was taken', async () => {
    for (let round = 0; round < 5; round += 1) await withLock(path, wallClock, () => Promise.resolve());
    expect(readdirSync(join(path, '..'))).toEqual(['vault.lock-5']);
  });

  test('of a process that was killed is free at once', async () => {
    const { child } = await started(new URL('hold-lock.ts', import.meta.url), 'held');
    child.kill('SIGKILL');
    await child.exited;
    expect(await withLock(path, new HandClock(Date.now()), () => Promise.resolve('mine'))).toBe('mine');
  });

  test('of an earlier process with the same id is free at once', async () => {
    writeFileSync(`${path}-3`, owner({ pid: process.pid, host: hostname(), instance: 'before the restart' }));
    expect(await withLock(path, new HandClock(), () => Promise.resolve('mine'))).toBe('mine');
  });

  test('of another machine is waited for until it expires', async () => {
    const clock = new HandClock();
    writeFileSync(`${path}-3`, owner({ until: clock.now() + 10_000 }));
    let got = false;
    const waiting = withLock(path, clock, () => {
      got = true;
      return Promise.resolve();
    });
    await turnFor(clock, 9_900);
    expect(got).toBe(false);
    await turnUntil(clock, () => got);
    expect(got).toBe(true);
    await waiting;
  });

  test('without a name in it is waited for a moment only', async () => {
    writeFileSync(`${path}-3`, '');
    const clock = new HandClock(Date.now());
    utimesSync(`${path}-3`, clock.now() / 1000, clock.now() / 1000);
    let got = false;
    const waiting = withLock(path, clock, () => {
      got = true;
      return Promise.resolve();
    });
    await turnFor(clock, 1_900);
    expect(got).toBe(false);
    await turnUntil(clock, () => got);
    expect(got).toBe(true);
    await waiting;
  });

  test('that is never given back is a problem that names its owner', async () => {
    writeFileSync(`${path}-3`, owner({ pid: 4321 }));
    const clock = new HandClock();
    let over = false;
    const waiting = problemOf(withLock(path, clock, () => Promise.resolve())).finally(() => {
      over = true;
    });
    await turnUntil(clock, () => over);
    const problem = await waiting;
    expect(problem.code).toBe('vault-busy');
    expect(problem.message).toContain('Process 4321 on elsewhere');
  });

  test('knows when somebody else has taken over', async () => {
    await withLock(path, wallClock, async (held) => {
      expect(await held.isCurrent()).toBe(true);
      writeFileSync(`${path}-2`, owner({}));
      expect(await held.isCurrent()).toBe(false);
    });
    // The lock of the other one stays what it is.
    expect(readFileSync(`${path}-2`, 'utf8')).toBe(owner({}));
  });

  test('is not taken by a process that looked at the folder long ago', async () => {
    writeFileSync(`${path}-7`, owner({}));
    expect(await claim(path, 3, wallClock)).toBe(false);
    expect(readdirSync(join(path, '..'))).toEqual(['vault.lock-7']);
    expect(await claim(path, 7, wallClock)).toBe(false);
  });

  test('is not mistaken for other files of the folder', async () => {
    for (const name of ['vault.lock-', 'vault.lock-9x', 'vault.lock.old-7', 'other-8'])
      writeFileSync(join(path, '..', name), 'x');
    await withLock(path, wallClock, () => Promise.resolve());
    expect(existsSync(`${path}-1`)).toBe(true);
  });

  test('keeps a process alive that waits for it', async () => {
    const holder = await started(new URL('hold-lock.ts', import.meta.url), 'held');
    const { child, reader } = await started(new URL('wait-for-lock.ts', import.meta.url), 'waiting');
    holder.child.kill('SIGKILL');
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('got it\n');
    expect(await child.exited).toBe(0);
  });
});

describe('a lock that is renewed', () => {
  const manner = (more: Partial<Manner> = {}): Manner => ({
    expiryMs: 10_000,
    renewMs: 1_000,
    patienceMs: 60_000,
    pauseMs: 100,
    busy: (who) => new Problem('refresh-busy', `${who} is at it.`, 'Wait.'),
    ...more,
  });
  const untilOf = (): number => JSON.parse(readFileSync(`${path}-1`, 'utf8')).until as number;

  test('is held for as long as its work takes', async () => {
    const clock = new HandClock();
    const done = Promise.withResolvers<void>();
    const holding = withLock(path, clock, () => done.promise, manner());
    await turnUntil(clock, () => existsSync(`${path}-1`));
    let got = false;
    const waiting = withLock(path, clock, () => Promise.resolve((got = true)), manner());
    await turnFor(clock, 40_000);
    expect([got, untilOf() > clock.now()]).toEqual([false, true]);
    done.resolve();
    await holding;
    await turnUntil(clock, () => got);
    await waiting;
  });

  test('is not renewed any more once it is given back', async () => {
    const clock = new HandClock();
    await withLock(path, clock, () => clock.turn(2_500), manner());
    expect(JSON.parse(readFileSync(`${path}-1`, 'utf8')).released).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  // After a power cut its process id may belong to anybody who runs now, for as long as they do.
  test('and has expired is waited for to the end, however little patience there is', async () => {
    writeFileSync(`${path}-1`, owner({ pid: 1, host: hostname(), until: 0 }));
    const clock = new HandClock();
    let got = false;
    const waiting = withLock(path, clock, () => Promise.resolve((got = true)), manner({ patienceMs: 500 }));
    await turnFor(clock, 2_900);
    expect(got).toBe(false);
    await turnUntil(clock, () => got);
    await waiting;
  });

  test('and is while it is watched is given up as soon as patience is over, and its file is named', async () => {
    writeFileSync(`${path}-1`, owner({ pid: 1, host: hostname(), until: 0 }));
    const clock = new HandClock();
    const busy = (who: string, file: string) => new Problem('refresh-busy', `${who} is at it.`, file);
    const waiting = problemOf(
      withLock(path, clock, () => Promise.resolve(), manner({ patienceMs: 500, busy })),
    );
    await turnFor(clock, 1_000);
    writeFileSync(`${path}-1`, owner({ pid: 1, host: hostname(), until: clock.now() + 10_000 }));
    await turnFor(clock, 200);
    expect(await waiting).toMatchObject({
      message: `Process 1 on ${hostname()} is at it.`,
      fix: `${path}-1`,
    });
  });

  // Every lock has expired where a machine has slept, and its holder is about to say that it is still there.
  test('and has expired is watched for a while before it is taken', async () => {
    writeFileSync(`${path}-1`, owner({ until: 0 }));
    const clock = new HandClock();
    let got = false;
    const waiting = withLock(path, clock, () => Promise.resolve((got = true)), manner());
    await turnFor(clock, 2_000);
    writeFileSync(`${path}-1`, owner({ until: 1 }));
    await turnFor(clock, 2_800);
    expect(got).toBe(false);
    await turnUntil(clock, () => got);
    await waiting;
  });

  test('is waited for as long as the one who waits likes', async () => {
    writeFileSync(`${path}-1`, owner({ pid: 77 }));
    const leaving = new AbortController();
    const waiting = withLock(path, wallClock, () => Promise.resolve(), manner({ signal: leaving.signal }));
    leaving.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const busy = problemOf(withLock(path, wallClock, () => Promise.resolve(), manner({ patienceMs: 0 })));
    expect((await busy).message).toBe('Process 77 on elsewhere is at it.');
  });
});

/** Turns the clock by `ms`, in small steps with a look at the real folder in between. */
async function turnFor(clock: HandClock, ms: number): Promise<void> {
  for (let turned = 0; turned < ms; turned += 100) {
    await clock.turn(100);
    await readdir(join(path, '..'));
  }
}

/** Turns the clock until `isOver`: files are read in real time, so nobody knows in how many steps. */
async function turnUntil(clock: HandClock, isOver: () => boolean): Promise<void> {
  for (let step = 0; step < 10_000 && !isOver(); step += 1) await turnFor(clock, 100);
}
