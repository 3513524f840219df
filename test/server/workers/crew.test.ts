import { describe, expect, it } from 'bun:test';
import type { RunningView } from '../../../src/admin/contract-usage.ts';
import { LineLog } from '../../../src/base/log.ts';
import { Crew } from '../../../src/server/workers/crew.ts';
import type { DeskOptions } from '../../../src/server/workers/desk.ts';
import type { Beginning, OwnerSpeech } from '../../../src/server/workers/speech.ts';
import type { WorkerProcess } from '../../../src/server/workers/worker-process.ts';
import { HandClock, settled } from '../../help/a-clock.ts';

interface Fake extends WorkerProcess {
  readonly told: OwnerSpeech['tells'][];
  readonly asked: string[];
  dropped: number;
  /** It is there, and answers nothing any more. */
  hangs: boolean;
  die(): void;
}

/** A crew whose workers are no processes. `begin` is what each says to its first question. */
function aCrew(count: number, begin: () => Promise<void> = () => Promise.resolve()) {
  const clock = new HandClock();
  const started: Fake[] = [];
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  const log = new LineLog({ level: 'info', format: 'json', colour: false, clock, write });
  const system = { refuses: false, isUpdated: false };
  const start = (): Fake => {
    if (system.refuses) throw new Error('no more processes');
    const ended = Promise.withResolvers<string>();
    const told: OwnerSpeech['tells'][] = [];
    const asked: string[] = [];
    const gone = ended.promise.then(() => {
      throw new Error('gone');
    });
    gone.catch(() => undefined);
    const fake: Fake = {
      pid: started.length + 1,
      told,
      asked,
      dropped: 0,
      hangs: false,
      channel: {
        tell: (what) => void told.push(what),
        ask: async (name) => {
          if (name !== 'alive') asked.push(name);
          if (fake.hangs) return gone;
          if (name === 'begin') await Promise.race([begin(), gone]);
          if (name === 'begin') return { is: system.isUpdated ? 'another-build' : 'ready' };
          return name === 'running' ? [{ requestId: `of ${fake.pid}` } as RunningView] : undefined;
        },
        flush: () => Promise.resolve(),
        get dropped() {
          return fake.dropped;
        },
      },
      ended: ended.promise,
      release: () => {
        ended.resolve('exit code 0');
      },
      kill: () => {
        ended.resolve('SIGKILL');
      },
      die: () => {
        ended.resolve('SIGSEGV');
      },
    };
    started.push(fake);
    return fake;
  };
  const desk = { gateway: { clock }, log } as unknown as DeskOptions;
  const beginning = (): Beginning => ({}) as Beginning;
  const crew = new Crew({ count, desk, start, beginning, clock, log });
  return { crew, clock, started, lines, system };
}

describe('a crew', () => {
  it('has as many workers as it should, all of which have begun', async () => {
    const { crew, started } = aCrew(3);
    await crew.open();
    expect([crew.pids, started.map(({ asked }) => asked)]).toEqual([
      [1, 2, 3],
      [['begin'], ['begin'], ['begin']],
    ]);
  });

  it('replaces one that dies, and waits longer each time where they die one after the other', async () => {
    const { crew, clock, started, lines } = aCrew(1);
    await crew.open();
    for (const pauseMs of [100, 200, 400, 800]) {
      started.at(-1)?.die();
      await settled();
      expect(crew.pids).toEqual([]);
      await clock.turn(pauseMs - 1);
      expect(crew.pids).toEqual([]);
      await clock.turn(1);
      expect(crew.pids).toEqual([started.length]);
    }
    expect(lines.filter((line) => line.includes('another one takes its place'))).toHaveLength(4);
    expect(lines.join('')).toContain('SIGSEGV');
  });

  it('does not hold it against one that has lived for a minute', async () => {
    const { crew, clock, started } = aCrew(1);
    await crew.open();
    for (let times = 0; times < 3; times++) {
      await clock.turn(60_001);
      started.at(-1)?.die();
      await clock.turn(100);
      expect(crew.pids).toEqual([started.length]);
    }
  });

  it('does not wait for ever for one to begin', async () => {
    const { crew, clock } = aCrew(1, () => new Promise(() => {}));
    const opening = crew.open().catch((error: unknown) => String(error));
    await clock.turn(20_000);
    expect(await opening).toContain('gone');
    await clock.turn(60_000);
    expect(crew.pids).toEqual([]);
  });

  it('ends one that does not hear what it is told: it would go on by what it once heard', async () => {
    const { crew, clock, started } = aCrew(2);
    await crew.open();
    const [deaf] = started;
    if (deaf !== undefined) deaf.dropped = 1;
    crew.tell({ is: 'moved', session: 's', number: 1 });
    await clock.turn(100);
    expect(crew.pids).toEqual([2, 3]);
  });

  it('ends one that hangs, and has another one take its place', async () => {
    const { crew, clock, started, lines } = aCrew(2);
    await crew.open();
    const [hanging] = started;
    if (hanging !== undefined) hanging.hangs = true;
    await clock.turn(60_000);
    expect(crew.pids).toEqual([2, 3]);
    expect(lines.join('')).toContain('no sign of life');
  });

  it('shows what runs in those that say so, however long another one is silent', async () => {
    const { crew, clock, started } = aCrew(2);
    await crew.open();
    const [hanging] = started;
    if (hanging !== undefined) hanging.hangs = true;
    const running = crew.running();
    await clock.turn(1_000);
    expect((await running).map(({ requestId }) => requestId)).toEqual(['of 2']);
  });

  it('goes on trying where the system starts no process', async () => {
    const { crew, clock, started, lines, system } = aCrew(1);
    await crew.open();
    system.refuses = true;
    started[0]?.die();
    await clock.turn(60_000);
    expect(lines.join('')).toContain('no more processes');
    system.refuses = false;
    await clock.turn(30_000);
    expect(crew.pids).toEqual([2]);
  });

  it('replaces none after an update, and says once that a restart is due', async () => {
    const { crew, clock, started, lines, system } = aCrew(3);
    await crew.open();
    system.isUpdated = true;
    for (const one of started.slice(0, 2)) one.die();
    await clock.turn(600_000);
    expect([crew.pids, started.length]).toEqual([[3], 4]);
    expect(lines.filter((line) => line.includes('restart it'))).toHaveLength(1);
    started[2]?.die();
    await clock.turn(600_000);
    expect(started).toHaveLength(4);
  });

  it('ends all of them at once, and replaces none then', async () => {
    const { crew, clock } = aCrew(2);
    await crew.open();
    crew.cut();
    await clock.turn(60_000);
    expect(crew.pids).toEqual([]);
  });

  it('stops all of them once, and replaces none then', async () => {
    const { crew, clock, started } = aCrew(2);
    await crew.open();
    await crew.close(1_000);
    await clock.turn(60_000);
    expect([crew.pids, started.map(({ asked }) => asked)]).toEqual([
      [],
      [
        ['begin', 'drain'],
        ['begin', 'drain'],
      ],
    ]);
  });
});
