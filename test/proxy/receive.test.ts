import { describe, expect, it } from 'bun:test';
import type { HeaderList } from '../../src/http/headers.ts';
import { HeldBytes } from '../../src/proxy/held.ts';
import { holdBody, type Held } from '../../src/proxy/receive.ts';
import { aCall } from '../help/a-call.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { gatewayErrorOf } from '../help/a-failure.ts';
import { HandSource, sourceOf } from '../help/a-source.ts';

interface Receiving {
  source: HandSource;
  held: HeldBytes;
  clock: HandClock;
  body: Promise<Held>;
}

function receiving(
  more: { most?: number; cap?: number; headers?: HeaderList; held?: HeldBytes } = {},
): Receiving {
  const source = new HandSource();
  const held = more.held ?? new HeldBytes();
  const clock = new HandClock();
  const call = aCall({ body: source, headers: more.headers ?? [] });
  const limits = { maxBodyBytes: more.most ?? 1_000, maxHeldBytes: more.cap ?? 10_000 };
  return { source, held, clock, body: Promise.resolve(holdBody(call, limits, held, clock)) };
}

describe('a body', () => {
  it('is held whole and counted until it is let go, once', async () => {
    const { source, held, clock, body } = receiving();
    source.chunk('{"model":');
    expect(held.bytes).toBe(9);
    source.chunk('"m"}');
    source.end();
    const { bytes, release } = await body;
    expect(bytes.toString()).toBe('{"model":"m"}');
    expect(held.bytes).toBe(13);
    expect(clock.waiting).toBe(0);
    release();
    release();
    expect(held.bytes).toBe(0);
  });

  it('is the very bytes that came where it came in one piece', async () => {
    const chunk = Buffer.from('{"model":"m"}');
    const call = aCall({ body: sourceOf(chunk) });
    const { bytes } = await holdBody(
      call,
      { maxBodyBytes: 100, maxHeldBytes: 100 },
      new HeldBytes(),
      new HandClock(),
    );
    expect(bytes.buffer).toBe(chunk.buffer);
    expect(bytes.equals(chunk)).toBe(true);
  });

  it('is empty where there is none', async () => {
    const held = new HeldBytes();
    const body = await holdBody(aCall(), { maxBodyBytes: 100, maxHeldBytes: 100 }, held, new HandClock());
    expect([body.bytes.length, held.bytes]).toEqual([0, 0]);
    body.release();
    expect(held.bytes).toBe(0);
  });

  it('may be exactly as long as the limit', async () => {
    const { source, body } = receiving({ most: 10 });
    source.chunk('12345');
    source.chunk('67890');
    source.end();
    expect((await body).bytes.length).toBe(10);
  });
});

describe('a body that is too long', () => {
  it('is refused by what it announces, before a byte is read', async () => {
    const { source, held, body } = receiving({ most: 10, headers: ['Content-Length', '11'] });
    const error = await gatewayErrorOf(body);
    expect([error.code, error.status, error.type]).toEqual(['body_too_large', 413, 'request_too_large']);
    expect(error.message).toContain('server.max_body_bytes');
    expect([source.isStarted, held.bytes]).toEqual([false, 0]);
  });

  it('is refused by what comes, whatever was announced', async () => {
    for (const headers of [
      [],
      ['Content-Length', '1'],
      ['content-length', 'nonsense'],
      ['Content-Length', '-1'],
    ]) {
      const { source, held, clock, body } = receiving({ most: 10, headers });
      source.chunk('12345678');
      source.chunk('9012');
      expect((await gatewayErrorOf(body)).code).toBe('body_too_large');
      expect(source.asked).toEqual(['start', 'cancel']);
      expect([held.bytes, clock.waiting]).toEqual([0, 0]);
    }
  });

  it('costs nothing more by what still comes of it', async () => {
    const { source, held, body } = receiving({ most: 10 });
    source.chunk('12345678901');
    source.chunk('1');
    source.end();
    source.fail(new Error('closed'));
    expect((await gatewayErrorOf(body)).code).toBe('body_too_large');
    await settled();
    expect(held.bytes).toBe(0);
    expect(source.asked).toEqual(['start', 'cancel']);
  });
});

describe('bodies of all calls together', () => {
  it('stay below the cap: the one that does not fit is refused and gives back what it had', async () => {
    const held = new HeldBytes();
    const first = receiving({ cap: 100, held });
    const second = receiving({ cap: 100, held });
    first.source.chunk('x'.repeat(60));
    second.source.chunk('y'.repeat(30));
    second.source.chunk('y'.repeat(20));
    expect((await gatewayErrorOf(second.body)).code).toBe('overloaded_here');
    expect(held.bytes).toBe(60);
    first.source.chunk('x'.repeat(40));
    first.source.end();
    (await first.body).release();
    expect(held.bytes).toBe(0);
  });
});

describe('a body that does not come', () => {
  it('is given up after a minute without a byte', async () => {
    const { source, held, clock, body } = receiving();
    source.chunk('12345');
    const refused = gatewayErrorOf(body);
    await clock.turn(60_000);
    await clock.turn(59_999);
    expect(source.asked).toEqual(['start']);
    await clock.turn(1);
    const error = await refused;
    expect([error.code, error.status]).toEqual(['body_timeout', 408]);
    expect(source.asked).toEqual(['start', 'cancel']);
    expect([held.bytes, clock.waiting]).toEqual([0, 0]);
  });

  it('that never begins is given up too', async () => {
    const { clock, body } = receiving();
    const refused = gatewayErrorOf(body);
    await clock.turn(60_000);
    expect((await refused).code).toBe('body_timeout');
  });

  it('is waited for as long as it moves', async () => {
    const { source, clock, body } = receiving();
    for (let minutes = 0; minutes < 120; minutes += 1) {
      source.chunk('x');
      await clock.turn(59_000);
    }
    source.end();
    expect((await body).bytes.length).toBe(120);
    expect(clock.waiting).toBe(0);
  });

  it('because its client left is no one’s fault, and nothing stays held', async () => {
    const { source, held, clock, body } = receiving();
    source.chunk('12345');
    const cause = new Error('socket hang up');
    source.fail(cause);
    const error = await gatewayErrorOf(body);
    expect([error.code, error.status, error.cause]).toEqual(['client_left', 499, cause]);
    expect([held.bytes, clock.waiting]).toEqual([0, 0]);
  });
});
