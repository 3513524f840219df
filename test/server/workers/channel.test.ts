import { describe, expect, it } from 'bun:test';
import { GatewayError } from '../../../src/base/errors.ts';
import { Channel, type Parcel } from '../../../src/server/workers/channel.ts';

interface Here {
  readonly tells: string;
  readonly asks: { readonly double: { readonly question: number; readonly reply: number } };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two sides of a channel, with what went over it; `isOpen` false holds back what the second one sends. */
function aPair(double: (given: number) => number | Promise<number> = (given) => given * 2) {
  const heard: string[] = [];
  const sent: Parcel[] = [];
  const held: Parcel[] = [];
  const line = { isOpen: true };
  const hearer = { told: (what: string) => heard.push(what), answers: { double } };
  const one: Channel<Here, Here> = new Channel((parcel) => {
    sent.push(structuredClone(parcel));
    other.take(structuredClone(parcel));
  }, hearer);
  const other: Channel<Here, Here> = new Channel((parcel) => {
    if (line.isOpen) one.take(structuredClone(parcel));
    else held.push(parcel);
  }, hearer);
  const release = (): void => {
    line.isOpen = true;
    for (const parcel of held.splice(0)) one.take(parcel);
  };
  return { one, other, heard, sent, line, release };
}

describe('a channel', () => {
  it('tells in order, and all of one turn in one parcel', async () => {
    const { one, heard, sent } = aPair();
    for (const word of ['a', 'b', 'c']) one.tell(word);
    await one.flush();
    expect([heard, sent.length]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('brings a question its own answer, however long another one takes', async () => {
    const slow = Promise.withResolvers<number>();
    const { one } = aPair((given) => (given === 1 ? slow.promise : given * 2));
    const first = one.ask('double', 1);
    expect(await one.ask('double', 2)).toBe(4);
    slow.resolve(100);
    expect(await first).toBe(100);
  });

  it('brings a refusal as it was, and of any other failure the words', async () => {
    const refusal = new GatewayError('key_limited', 'Too many.', {
      retryAfterSeconds: 3,
      headers: ['a', 'b'],
    });
    const { one } = aPair((given) => {
      throw given === 1 ? refusal : new TypeError('no such thing');
    });
    const got = await one.ask('double', 1).catch((error: unknown) => error);
    expect(got).toBeInstanceOf(GatewayError);
    expect(got).toMatchObject({
      code: 'key_limited',
      status: 429,
      message: 'Too many.',
      retryAfterSeconds: 3,
      shouldRetry: undefined,
      headers: ['a', 'b'],
    });
    expect(one.ask('double', 2)).rejects.toThrow('no such thing');
  });

  it('does not overrun a side that is busy: news wait, questions do not', async () => {
    const { one, line, sent, heard, release } = aPair();
    line.isOpen = false;
    for (const word of ['a', 'b', 'c', 'd']) {
      one.tell(word);
      await nextTurn();
      await nextTurn();
    }
    expect([sent.length, heard]).toEqual([2, ['a', 'b']]);
    const asked = one.ask('double', 4);
    await nextTurn();
    expect(sent.map(({ told }) => told)).toEqual([['a'], ['b'], ['c', 'd']]);
    one.tell('e');
    await nextTurn();
    release();
    expect(await asked).toBe(8);
    await one.flush();
    expect(heard).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('drops the oldest news, and counts them, where the other side takes none', async () => {
    const { one, line, heard, release } = aPair();
    line.isOpen = false;
    for (const word of ['a', 'b']) {
      one.tell(word);
      await nextTurn();
      await nextTurn();
    }
    for (let at = 0; at <= 100_000; at++) one.tell(`${at}`);
    release();
    await one.flush();
    expect([one.dropped, heard.length, heard[2], heard.at(-1)]).toEqual([1, 100_002, '1', '100000']);
  });

  it('lets nobody wait for a side that is gone', async () => {
    const never = Promise.withResolvers<number>();
    const { one } = aPair(() => never.promise);
    const asked = one.ask('double', 1);
    one.close();
    expect(await asked.catch((error: unknown) => error)).toMatchObject({ code: 'shutting_down' });
    expect(await one.ask('double', 2).catch((error: unknown) => error)).toMatchObject({
      code: 'shutting_down',
    });
    await one.flush();
  });
});
