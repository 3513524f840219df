import { describe, expect, it } from 'bun:test';
import type { ByteSource } from '../../../src/http/bytes.ts';
import type { Answer } from '../../../src/http/call.ts';
import { OwnRequests } from '../../../src/server/workers/own-requests.ts';
import type { HandedOver } from '../../../src/server/workers/speech.ts';

/** A stream without an end, which is being made until `ready`. */
function aStream() {
  const done: string[] = [];
  const body: ByteSource = {
    start: () => void done.push('started'),
    pause() {},
    resume() {},
    cancel: () => void done.push('cancelled'),
  };
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const told: unknown[] = [];
  const own = new OwnRequests(
    () => promise,
    () => ({ tell: (speech) => void told.push(speech) }),
  );
  const request: HandedOver = {
    id: 1,
    method: 'GET',
    target: '/api/events?watch=requests',
    headers: [],
    peer: { address: '127.0.0.1', port: 1 },
    body: undefined,
  } as unknown as HandedOver;
  const ready = (): void => {
    resolve({ status: 200, headers: [], body });
  };
  return { own, answering: own.answer(request), ready, done, told };
}

describe('a request for one of our own paths, handed over by a worker', () => {
  it('has a stream that ends with its client, who may leave while that is being made', async () => {
    const { own, answering, ready, done, told } = aStream();
    own.cancel(1);
    ready();
    expect((await answering).isStream).toBe(true);
    expect([done, told]).toEqual([['cancelled'], []]);
  });

  it('has a stream that ends with its client, who leaves later', async () => {
    const { own, answering, ready, done } = aStream();
    ready();
    await answering;
    own.cancel(1);
    own.cancel(1);
    expect(done).toEqual(['started', 'cancelled']);
  });

  it('has a stream that ends with its worker', async () => {
    const { own, answering, ready, done } = aStream();
    own.close();
    ready();
    await answering;
    expect(done).toEqual(['cancelled']);
  });
});
