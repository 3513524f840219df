import { describe, expect, it } from 'bun:test';
import { Queue, type Look } from '../../src/accounts/queue.ts';
import { HandClock, settled } from '../help/a-clock.ts';

const { signal: stays } = new AbortController();
const lane = { client: 'local' };

/** A queue in front of some places; `gone` names who got one, in that order. */
function aQueue(places = 0) {
  const clock = new HandClock();
  const queue = new Queue(clock);
  const gone: string[] = [];
  let free = places;
  const wait = (who: string, more: { session?: string; signal?: AbortSignal; ms?: number } = {}) => {
    const { session, signal = stays, ms = 60_000 } = more;
    const look = (isLast: boolean): Look<string> => {
      if (free === 0 && !isLast) return { is: 'wait', ms };
      free = Math.max(0, free - 1);
      gone.push(who);
      return { is: 'found', what: who };
    };
    return queue.wait({ ...lane, session }, look, signal);
  };
  const give = (more: number): void => {
    free += more;
    queue.stir();
  };
  return { clock, queue, gone, wait, give };
}

describe('those that wait', () => {
  it('get what they wait for when something has changed, in their order', async () => {
    const { queue, gone, wait, give } = aQueue();
    const waiting = [wait('one'), wait('two'), wait('three')];
    expect(queue.size).toBe(3);
    give(2);
    expect(await Promise.all(waiting.slice(0, 2))).toEqual(['one', 'two']);
    expect(gone).toEqual(['one', 'two']);
    expect(queue.size).toBe(1);
    give(1);
    expect(await waiting[2]).toBe('three');
  });

  it('are not overtaken by somebody new', async () => {
    const { clock, queue } = aQueue();
    const free: string[] = [];
    const take = (wanted: string) => (): Look<string> => {
      const at = free.indexOf(wanted);
      if (at === -1) return { is: 'wait', ms: 60_000 };
      free.splice(at, 1);
      return { is: 'found', what: wanted };
    };
    const first = queue.wait(lane, take('a'), stays);
    // It is free, but nobody has told so.
    free.push('a', 'b');
    const second = queue.wait(lane, take('a'), stays);
    const other = queue.wait(lane, take('b'), stays);
    expect(await Promise.all([first, other])).toEqual(['a', 'b']);
    expect(queue.size).toBe(1);
    free.push('a');
    await clock.turn(1_000);
    expect(await second).toBe('a');
  });

  it('look again when their own moment has come, and once a second whatever happens', async () => {
    const clock = new HandClock();
    const queue = new Queue(clock);
    const began = clock.now();
    const looks: number[] = [];
    const done = queue.wait<undefined>(
      lane,
      () => {
        looks.push(clock.now() - began);
        return looks.length === 5 ? { is: 'found', what: undefined } : { is: 'wait', ms: 1_300 };
      },
      stays,
    );
    const other = queue.wait<undefined>(
      lane,
      () => (looks.length === 5 ? { is: 'found', what: undefined } : { is: 'wait', ms: 300 }),
      stays,
    );
    await clock.turn(900);
    await Promise.all([done, other]);
    expect(looks).toEqual([0, 0, 300, 600, 900]);
    const late: number[] = [];
    const slow = new Queue(clock).wait<undefined>(
      lane,
      () => {
        late.push(clock.now() - began);
        return late.length === 3 ? { is: 'found', what: undefined } : { is: 'wait', ms: 60_000 };
      },
      stays,
    );
    await clock.turn(2_000);
    await slow;
    expect(late).toEqual([900, 1_900, 2_900]);
  });

  it('leave no timer behind when nobody waits any more', async () => {
    const { clock, wait, give } = aQueue();
    const one = wait('one');
    expect(clock.waiting).toBe(1);
    give(1);
    await one;
    expect(clock.waiting).toBe(0);
  });

  it('stand no longer in the way when their client has left', async () => {
    const { queue, gone, wait, give } = aQueue();
    const leaving = new AbortController();
    const first = wait('one', { signal: leaving.signal });
    const second = wait('two');
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'client_left' });
    expect(queue.size).toBe(1);
    give(1);
    expect(await second).toBe('two');
    expect(gone).toEqual(['two']);
  });

  it('leave no timer behind when the last of them has left', async () => {
    const { clock, wait } = aQueue();
    const leaving = new AbortController();
    const one = wait('one', { signal: leaving.signal });
    leaving.abort();
    expect(clock.waiting).toBe(0);
    await expect(one).rejects.toMatchObject({ code: 'client_left' });
  });

  it('need not come when their client has left already', async () => {
    const { queue, wait } = aQueue();
    await expect(wait('one', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'client_left' });
    expect(queue.size).toBe(0);
  });

  it('take what there is when the proxy stops', async () => {
    const { queue, wait } = aQueue();
    const waiting = [wait('one'), wait('two')];
    queue.close();
    expect(await Promise.all(waiting)).toEqual(['one', 'two']);
    expect([queue.isOpen, queue.size]).toEqual([false, 0]);
  });

  it('are let go by one that gives its place back at once', async () => {
    const { clock, queue } = aQueue();
    let free = false;
    const look = (): Look<string> => {
      if (!free) return { is: 'wait', ms: 60_000 };
      free = false;
      return { is: 'found', what: 'here' };
    };
    const first = queue.wait(lane, look, stays).then(() => {
      free = true;
      queue.stir();
    });
    const second = queue.wait(lane, look, stays);
    free = true;
    queue.stir();
    await first;
    expect(await second).toBe('here');
    await clock.turn(0);
  });

  it('do not wait for one of them that fails', async () => {
    const { queue, wait, give } = aQueue();
    const broken = queue.wait(
      lane,
      () => {
        throw new Error('planted');
      },
      stays,
    );
    const other = wait('other');
    await expect(broken).rejects.toThrow('planted');
    give(1);
    expect(await other).toBe('other');
    await settled();
    expect(queue.size).toBe(0);
  });
});

it('those that wait for an account which is back follow closer where there are many', async () => {
  const { queue, wait } = aQueue();
  expect(queue.gapMs).toBe(250);
  const waiting = Array.from({ length: 100 }, (_, at) => wait(String(at)));
  expect(queue.gapMs).toBe(100);
  queue.close();
  await Promise.all(waiting);
});
