import { describe, expect, it } from 'bun:test';
import { GatewayError } from '../../../src/base/errors.ts';
import { Channel, type Parcel } from '../../../src/server/workers/channel.ts';
import { HandClock } from '../../help/a-clock.ts';

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
  const clock = new HandClock();
  const hearer = { told: (what: string) => heard.push(what), answers: { double } };
  const one: Channel<Here, Here> = new Channel(
    (parcel) => {
      sent.push(structuredClone(parcel));
      other.take(structuredClone(parcel));
    },
    hearer,
    clock,
  );
  const other: Channel<Here, Here> = new Channel(
    (parcel) => {
      if (line.isOpen) one.take(structuredClone(parcel));
      else held.push(parcel);
    },
    hearer,
    clock,
  );
  const release = (): void => {
    line.isOpen = true;
    for (const parcel of held.splice(0)) one.take(parcel);
  };
  /** Lets so much time pass, and both sides have their turns. */
  const turn = async (ms: number): Promise<void> => {
    for (let turns = 0; turns < 3; turns++) {
      await clock.turn(turns === 0 ? ms : 0);
      await nextTurn();
    }
  };
  return { one, other, heard, sent, line, release, turn };
}

describe('a channel', () => {
  it('tells in order, and all of one turn in one parcel', async () => {
    const { one, heard, sent, turn } = aPair();
    for (const word of ['a', 'b', 'c']) one.tell(word);
    await turn(0);
    expect([heard, sent.length]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('tells what can wait together with what comes in the next moment', async () => {
    const { one, heard, turn } = aPair();
    one.tellLater('a');
    await turn(4);
    expect(heard).toEqual([]);
    one.tellLater('b');
    await turn(1);
    expect(heard).toEqual(['a', 'b']);
    one.tellLater('c');
    one.tell('d');
    await turn(0);
    expect(heard).toEqual(['a', 'b', 'c', 'd']);
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

  it('does not overrun a side that is busy: news wait, what is urgent and questions do not', async () => {
    const { one, line, sent, heard, release, turn } = aPair();
    line.isOpen = false;
    for (const word of ['a', 'b', 'c', 'd']) {
      one.tellLater(word);
      await turn(5);
    }
    expect(sent.map(({ told }) => told)).toEqual([['a'], ['b']]);
    one.tell('e');
    await turn(0);
    const asked = one.ask('double', 4);
    await turn(0);
    one.tellLater('f');
    await turn(5);
    expect(sent.map(({ told }) => told)).toEqual([['a'], ['b'], ['c', 'd', 'e'], []]);
    release();
    await turn(5);
    expect([await asked, heard]).toEqual([8, ['a', 'b', 'c', 'd', 'e', 'f']]);
  });

  it('drops the oldest news, and counts them, where the other side takes none', async () => {
    const { one, line, heard, release, turn } = aPair();
    line.isOpen = false;
    for (const word of ['a', 'b']) {
      one.tellLater(word);
      await turn(5);
    }
    for (let at = 0; at <= 100_000; at++) one.tellLater(`${at}`);
    release();
    await turn(5);
    expect([one.dropped, heard.length, heard[2], heard.at(-1)]).toEqual([1, 100_002, '1', '100000']);
  });

  it('says when all that was told is taken in', async () => {
    const { one, heard, turn } = aPair();
    one.tellLater('a');
    let isTaken = false;
    const flushed = one.flush().then(() => (isTaken = true));
    await turn(0);
    expect([heard, isTaken]).toEqual([['a'], false]);
    await turn(5);
    await flushed;
    expect(isTaken).toBe(true);
  });

  it('counts a question that has not left yet among what was said', async () => {
    const { one, turn } = aPair();
    const asked = one.ask('double', 1);
    let isTaken = false;
    const flushed = one.flush().then(() => (isTaken = true));
    await Promise.resolve();
    expect(isTaken).toBe(false);
    await turn(5);
    await flushed;
    expect(await asked).toBe(2);
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
