import { describe, expect, it } from 'bun:test';
import type { ByteSource } from '../../src/http/bytes.ts';
import type { Call } from '../../src/http/call.ts';
import { toAnswer, toRequest as toRequestInTime } from '../../src/server/web-bridge.ts';
import { aCall } from '../help/a-call.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { failureOf, gatewayErrorOf } from '../help/a-failure.ts';
import { HandSource, sourceOf } from '../help/a-source.ts';

const toRequest = (call: Call, clock = new HandClock()) => toRequestInTime(call, clock);

describe('a call as a web request', () => {
  it('has its method, URL, headers and body', async () => {
    const request = await toRequest(
      aCall({
        target: '/control/keys?x=1',
        headers: ['Host', 'localhost:8000', 'X-A', '1', 'x-a', '2'],
        body: sourceOf('{"a"', ':1}'),
      }),
    );
    expect(request.method).toBe('POST');
    expect(request.url).toBe('http://localhost:8000/control/keys?x=1');
    expect(request.headers.get('x-a')).toBe('1, 2');
    expect(await request.json()).toEqual({ a: 1 });
  });

  it('has the path that was sent: names with escapes stay as they are', async () => {
    const request = await toRequest(aCall({ method: 'GET', target: "/status/accounts/my%20acc%2F'1'" }));
    expect(new URL(request.url).pathname).toBe("/status/accounts/my%20acc%2F'1'");
  });

  it('is none where the path would turn into another one', async () => {
    for (const target of [
      '/health/../status',
      '/health/%2e%2e/status',
      '/health/..\\status',
      '/./status',
      '/status/.',
      '/status#x',
      'http://localhost:8000/status',
    ]) {
      const refusal = await gatewayErrorOf(toRequest(aCall({ method: 'GET', target })));
      expect([target, refusal.code]).toEqual([target, 'bad_request']);
    }
  });

  it('is none with a body that no command sends', async () => {
    const body = sourceOf(new Uint8Array(256 * 1024), 'x');
    expect((await gatewayErrorOf(toRequest(aCall({ target: '/control/keys', body })))).code).toBe(
      'body_too_large',
    );
  });

  it('is larger where a file of accounts is sent, and bounded there too', async () => {
    const sent = (bytes: number) =>
      toRequest(aCall({ method: 'POST', target: '/accounts/import', body: sourceOf(new Uint8Array(bytes)) }));
    expect((await (await sent(1024 * 1024)).arrayBuffer()).byteLength).toBe(1024 * 1024);
    expect((await gatewayErrorOf(sent(1024 * 1024 + 1))).code).toBe('body_too_large');
  });

  it('is none with a body that does not come in time, however often a byte of it comes', async () => {
    const clock = new HandClock();
    const body = new HandSource();
    const refusal = gatewayErrorOf(toRequest(aCall({ target: '/status', body }), clock));
    for (let second = 0; second < 30; second += 1) {
      expect(body.asked).toEqual(['start']);
      body.chunk('x');
      await clock.turn(1_000);
    }
    expect([(await refusal).code, body.asked]).toEqual(['body_timeout', ['start', 'cancel']]);
  });

  it('leaves nothing to be waited for when its body is there', async () => {
    const clock = new HandClock();
    await toRequest(aCall({ target: '/status', body: sourceOf('x') }), clock);
    expect(clock.waiting).toBe(0);
  });

  it('fails as its body does', async () => {
    const body = {
      ...sourceOf(),
      start: (sink: { fail(error: Error): void }) => sink.fail(new Error('gone')),
    };
    expect((await failureOf(toRequest(aCall({ target: '/control/keys', body })))).message).toBe('gone');
  });
});

it('a web response as an answer keeps every cookie apart', async () => {
  const response = new Response('hi', { status: 201, headers: { 'x-a': '1' } });
  response.headers.append('set-cookie', 'a=1');
  response.headers.append('set-cookie', 'b=2');
  const { status, headers, body } = await toAnswer(response);
  expect(status).toBe(201);
  expect(headers.filter((_, at) => headers[at - 1] === 'set-cookie')).toEqual(['a=1', 'b=2']);
  expect(Buffer.from(body as Uint8Array).toString()).toBe('hi');
});

describe('a stream of events as an answer', () => {
  it('flows as it comes, and ends as it ends', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const response = new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
    const source = (await toAnswer(response)).body as ByteSource;
    const seen: string[] = [];
    const over = Promise.withResolvers<void>();
    source.start({
      chunk: (bytes) => seen.push(new TextDecoder().decode(bytes)),
      end: () => over.resolve(),
      fail: (error) => over.reject(error),
    });
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('one'));
    await settled();
    expect(seen).toEqual(['one']);
    source.pause();
    void writer.write(new TextEncoder().encode('two'));
    await settled();
    expect(seen).toEqual(['one']);
    source.resume();
    await writer.close();
    await over.promise;
    expect(seen).toEqual(['one', 'two']);
  });

  it('is let go of when the reader is gone, and says nothing more', async () => {
    let isCancelled = false;
    const stream = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    const response = new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    const source = (await toAnswer(response)).body as ByteSource;
    const seen: string[] = [];
    source.start({
      chunk: () => seen.push('chunk'),
      end: () => seen.push('end'),
      fail: () => seen.push('fail'),
    });
    source.cancel();
    await settled();
    expect([isCancelled, seen]).toEqual([true, []]);
  });
});
