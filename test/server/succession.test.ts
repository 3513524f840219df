import { describe, expect, it } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../src/admin/run-file.ts';
import { startSuccessor } from '../../src/server/succession.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { longestOpeningMs } from '../../src/base/opening.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { listen } from '../../src/wire/listen.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const onSuccessor = (): Promise<void> => Promise.reject(new Error('nobody came'));
const folder = temporaryFolders();
const isWatched = false;
const { signal } = new AbortController();
const remember = (): Promise<void> => Promise.resolve();
const aDoor = () =>
  listen(() => Promise.reject(new Error('nobody calls')), {
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    clock: wallClock,
  });

// What succeeds is held by test/path/succession.test.ts.
describe('a successor', () => {
  it('is not started where the listener has no socket to share', async () => {
    const started: number[] = [];
    const command = (port: number): string[] => {
      started.push(port);
      return [process.execPath];
    };
    const door = { descriptor: undefined, port: 8000 };
    const starting = startSuccessor({
      command,
      env: {},
      door,
      sockets: 1,
      since: undefined,
      remember,
      clock: wallClock,
      isWatched,
      signal,
      onSuccessor,
    });
    expect((await problemOf(starting)).code).toBe('succession-unsupported');
    expect(started).toEqual([]);
  });

  it.if(process.platform === 'linux')('that never serves is ended, and why is said', async () => {
    const clock = new HandClock();
    const door = await aDoor();
    const command = (): string[] => [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
    const parts = {
      command,
      env: {},
      door,
      sockets: 1,
      since: undefined,
      remember,
      clock,
      onSuccessor,
      isWatched,
      signal,
    };
    const starting = startSuccessor(parts);
    const said = problemOf(starting);
    await settled();
    // Whoever has a large database to migrate may take as long as at any other start.
    let isOver = false;
    void said.then(() => {
      isOver = true;
    });
    await clock.turn(longestOpeningMs - 1);
    expect(isOver).toBe(false);
    await clock.turn(1);
    expect((await said).message).toContain('it did not serve within 300 seconds');
    await door.close();
  });

  it.if(process.platform === 'linux').each([[false], [true]])(
    'is ended where the one before is told to stop meanwhile, watched or not (%p)',
    async (watched) => {
      const clock = new HandClock();
      const door = await aDoor();
      const file = join(folder(), 'pid');
      const script = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1_000)`;
      const command = (): string[] => [process.execPath, '-e', script];
      const stopping = new AbortController();
      const parts = { command, env: {}, door, sockets: 1, since: undefined, remember, clock, onSuccessor };
      const starting = startSuccessor({ ...parts, isWatched: watched, signal: stopping.signal });
      const said = problemOf(starting);
      await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
      stopping.abort();
      expect((await said).message).toContain('it was told to stop');
      await until(() => !isAlive(Number(readFileSync(file, 'utf8'))));
      await door.close();
    },
  );

  it.if(process.platform === 'linux')(
    'is not started while the sockets of the one before may be there, and begins with what is known then',
    async () => {
      const clock = new HandClock();
      const door = await aDoor();
      const done: string[] = [];
      const command = (): string[] => {
        done.push('started');
        return [process.execPath, '-e', 'process.exit(4)'];
      };
      const parts = {
        command,
        env: {},
        door,
        sockets: 1,
        since: clock.monotonic(),
        clock,
        onSuccessor,
        isWatched,
        signal,
      };
      const said = problemOf(
        startSuccessor({ ...parts, remember: () => Promise.resolve(void done.push('written')) }),
      );
      await clock.turn(2_999);
      expect(done).toEqual([]);
      await clock.turn(1);
      expect(done).toEqual(['written', 'started']);
      expect((await said).message).toContain('it ended with exit code 4');
      await door.close();
    },
  );
});
