import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'bun:test';
import { againFrom, placeOf } from '../../src/cli/succession.ts';
import { selfCommand } from '../../src/cli/self.ts';
import type { SuccessorSays } from '../../src/server/successor-process.ts';
import { settled } from '../help/a-clock.ts';

const env = { CCPROXY_HOME: '/home', WATCHDOG_PID: '1', WATCHDOG_USEC: '60000000' };
const supervisor = Promise.resolve(undefined);

describe('a proxy is started again', () => {
  it('as it was started, by a manager', () => {
    const words = ['serve', '--no-open', '--config', 'x.toml'];
    const again = againFrom({ words, env, keepsPort: false, supervisor });
    expect(again.command(8000)).toEqual([...selfCommand(), ...words]);
  });

  it.each([[['--port', '0']], [['--port=0']], [[]]])(
    'on the port it has, where clients know that: %j',
    (port) => {
      const again = againFrom({
        words: ['serve', ...port, '--background'],
        env,
        keepsPort: true,
        supervisor,
      });
      const words = [...selfCommand(), 'serve', '--background', '--port', '4711'];
      expect(again.command(4711)).toEqual(words);
    },
  );

  it('with the same words in every generation', () => {
    let words: string[] = ['serve', '--no-open', '--background', '--port', '4711'];
    const seen = [1, 2, 3].map(() => {
      const again = againFrom({ words, env, keepsPort: true, supervisor });
      words = [...again.command(4711).slice(selfCommand().length), '--succeeds', '1'];
      return words.join(' ');
    });
    expect(new Set(seen)).toEqual(new Set(['serve --no-open --background --port 4711 --succeeds 1']));
  });

  it('without what it was told as a successor itself', () => {
    const again = againFrom({ words: ['serve', '--succeeds', '1'], env, keepsPort: false, supervisor });
    expect(again.command(8000)).toEqual([...selfCommand(), 'serve']);
  });

  it('with its variables, but for the number of the process that is watched', () => {
    const again = againFrom({ words: [], env, keepsPort: false, supervisor });
    expect(again.env).toMatchObject({ CCPROXY_HOME: '/home', WATCHDOG_USEC: '60000000' });
    expect(again.env['WATCHDOG_PID']).toBeUndefined();
  });

  it('as the child of the manager, where one watches it', () => {
    const watched = { ...env, NOTIFY_SOCKET: '/run/notify' };
    expect(againFrom({ words: [], env, keepsPort: true, supervisor }).isWatched).toBe(false);
    expect(againFrom({ words: [], env: watched, keepsPort: false, supervisor }).isWatched).toBe(true);
  });

  it('and its supervisor is told who is to be watched', async () => {
    const told: number[] = [];
    const watching = {
      opening() {},
      ready() {},
      stopping() {},
      close() {},
      succeededBy: (pid: number) => void told.push(pid),
    };
    await againFrom({ words: [], env, keepsPort: false, supervisor: Promise.resolve(watching) }).onSuccessor(
      4711,
    );
    expect(told).toEqual([4711]);
  });
});

/** The socket between the two. */
class FakeLine extends EventEmitter {
  readonly pid = 77;
  readonly said: SuccessorSays[] = [];
  connected = true;
  send(said: SuccessorSays): void {
    this.said.push(said);
  }
  disconnect(): void {
    this.connected = false;
  }
}

const url = 'http://127.0.0.1:8000';
const never = new Promise<never>(() => {});

describe('a successor', () => {
  it.each([
    ['with a word of the one before, goes on', 'message', 'serve alone', true],
    ['with the end of the one before, goes on', 'disconnect', undefined, true],
    ['as the one before is told to stop, ends', 'message', 'end', false],
  ])('says where it listens, and %s', async (_, event, said, goesOn) => {
    const line = new FakeLine();
    const taken = placeOf(line)?.take(url, never);
    await settled();
    expect(line.said).toEqual([{ listensOn: url, pid: 77 }]);
    expect(line.connected).toBe(true);
    line.emit(event, said);
    expect(await taken).toBe(goesOn);
    expect(line.connected).toBe(false);
  });

  it('hears what was said before it served', async () => {
    const line = new FakeLine();
    const place = placeOf(line);
    line.emit('message', 'end');
    expect(await place?.take(url, never)).toBe(false);
  });

  it('waits for nobody who was gone before it could listen, or goes while it opens', async () => {
    const late = new FakeLine();
    late.connected = false;
    expect(await placeOf(late)?.take(url, never)).toBe(true);
    const line = new FakeLine();
    const place = placeOf(line);
    line.connected = false;
    line.emit('disconnect');
    expect(await place?.take(url, never)).toBe(true);
    expect([...late.said, ...line.said]).toEqual([]);
  });

  it('that is told to stop itself waits no longer', async () => {
    expect(await placeOf(new FakeLine())?.take(url, Promise.resolve())).toBe(false);
  });

  it('keeps no line to the one before where it does not come up', () => {
    const line = new FakeLine();
    placeOf(line)?.leave();
    expect(line.connected).toBe(false);
  });

  it('that somebody typed at a terminal has no line', () => {
    expect(placeOf({ pid: 77, connected: false, once: () => undefined })).toBeUndefined();
  });
});
