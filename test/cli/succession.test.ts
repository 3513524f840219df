import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'bun:test';
import { againFrom, takePlace } from '../../src/cli/succession.ts';
import { selfCommand } from '../../src/cli/self.ts';
import type { SuccessorSays } from '../../src/server/succession.ts';
import { settled } from '../help/a-clock.ts';

const env = { CCPROXY_HOME: '/home', WATCHDOG_PID: '1', WATCHDOG_USEC: '60000000' };
const supervisor = Promise.resolve(undefined);

describe('a proxy is started again', () => {
  it('as it was started, by a manager', () => {
    const words = ['serve', '--no-open', '--config', 'x.toml'];
    const again = againFrom({ words, env, keepsPort: false, supervisor });
    expect(again.command(8000)).toEqual([...selfCommand(), ...words]);
  });

  it('on the port it has, where clients know that', () => {
    const words = ['serve', '--background', '--port', '0'];
    const again = againFrom({ words, env, keepsPort: true, supervisor });
    expect(again.command(4711)).toEqual([...selfCommand(), ...words, '--port', '4711']);
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
  readonly said: SuccessorSays[] = [];
  isOpen = true;
  send(said: SuccessorSays): void {
    this.said.push(said);
  }
  disconnect(): void {
    this.isOpen = false;
  }
}

describe('a successor', () => {
  it.each([['message'], ['disconnect']])(
    'says where it listens, and goes on with the %s of the one before',
    async (event) => {
      const line = new FakeLine();
      let isAlone = false;
      const taken = takePlace('http://127.0.0.1:8000', line).then(() => {
        isAlone = true;
      });
      await settled();
      expect(line.said).toEqual([{ listensOn: 'http://127.0.0.1:8000' }]);
      expect(isAlone).toBe(false);
      line.emit(event);
      await taken;
      expect(line.isOpen).toBe(false);
    },
  );

  it('that somebody typed at a terminal waits for nobody', async () => {
    await takePlace('http://127.0.0.1:8000', { once: () => undefined });
  });
});
