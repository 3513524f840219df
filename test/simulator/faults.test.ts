import { describe, expect, test } from 'bun:test';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { errorCodes } from '../../src/simulator/error-codes.ts';
import { errorStatuses } from '../../src/simulator/errors.ts';
import { faultNames, readScenario, ScenarioError } from '../../src/simulator/faults.ts';
import { failureOf } from '../help/a-failure.ts';
import { aCall, aMessage, ann, aSimulator, bob, Reading, settled } from './help.ts';

const stream = { stream: true };

/** A stream under `scenario`, with a text long enough to have a middle. */
function bent(scenario: string, more: object = stream, headers: readonly string[] = []) {
  const { say, simulator, clock } = aSimulator();
  return say('[[text:200]]', more, { headers: ['x-sim-fault', scenario, ...headers] }).then((answer) => ({
    answer,
    simulator,
    clock,
  }));
}

describe('errors on demand', () => {
  test('wear the envelope of the API for every status', async () => {
    for (const status of errorStatuses) {
      const { answer } = await bent(`error-${status}`);
      expect(answer.status).toBe(status);
      expect(answer.header('content-type')).toBe('application/json');
      expect(answer.json).toMatchObject({ type: 'error', request_id: answer.header('request-id') });
      expect(answer.json.error.type).toMatch(/_error$|^request_too_large$|^not_supported$/);
    }
  });

  test('have the type that belongs to the status', async () => {
    const types = await Promise.all(
      [400, 401, 402, 403, 404, 409, 413, 429, 500, 504, 529].map(
        async (status) => (await bent(`error-${status}`)).answer.json.error.type,
      ),
    );
    expect(types).toEqual([
      'invalid_request_error',
      'authentication_error',
      'billing_error',
      'permission_error',
      'not_found_error',
      'conflict_error',
      'request_too_large',
      'rate_limit_error',
      'api_error',
      'timeout_error',
      'overloaded_error',
    ]);
  });

  test('carry every error code with its status', async () => {
    expect(errorCodes.length).toBeGreaterThan(35);
    for (const code of errorCodes) {
      const { answer } = await bent(code);
      expect(answer.json.error.details.error_code).toBe(code);
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    const { answer: held } = await bent('organization_on_hold');
    expect(held.status).toBe(400);
    expect(held.json.error.details.appeal_url).toStartWith('https://');
    expect((await bent('ramp_limit_exceeded')).answer.header('retry-after')).toBe('20');
    expect((await bent('enforced_spend_limit_reached')).answer.header('retry-after')).toBeUndefined();
    expect((await bent('compaction_unavailable')).answer.status).toBe(529);
  });

  test('take headers, message and type as options', async () => {
    const { answer } = await bent(
      'error-429;retry-after=7;retry-after-ms=6500;should-retry=false;message=Slow down;type=billing_error',
    );
    expect(answer.header('retry-after')).toBe('7');
    expect(answer.header('retry-after-ms')).toBe('6500');
    expect(answer.header('x-should-retry')).toBe('false');
    expect(answer.json.error).toEqual({ type: 'billing_error', message: 'Slow down' });
  });

  test('know the sentences that Claude Code recognises', async () => {
    expect((await bent('prompt-too-long')).answer.json.error.message).toBe(
      'prompt is too long: 210000 tokens > 200000 maximum',
    );
    expect((await bent('spend-limit')).answer.json.error.message).toStartWith(
      'You have reached your specified API usage limits',
    );
    expect((await bent('billing')).answer.json.error.type).toBe('billing_error');
    expect((await bent('invalid-signature')).answer.json.error.message).toContain(
      'Invalid `signature` in `thinking` block',
    );
  });

  test('a plan limit brings unified headers and its reset, a throttle brings no limit headers at all', async () => {
    const { answer, clock } = await bent('limit-7d_opus;reset=600');
    expect(answer.status).toBe(429);
    expect(answer.header('anthropic-ratelimit-unified-status')).toBe('rejected');
    expect(answer.header('anthropic-ratelimit-unified-representative-claim')).toBe('seven_day_opus');
    expect(Number(answer.header('anthropic-ratelimit-unified-reset'))).toBe(
      Math.floor(clock.now() / 1000) + 600,
    );
    expect(answer.header('anthropic-ratelimit-unified-7d_opus-status')).toBe('rejected');
    expect(answer.header('retry-after')).toBe('600');
    expect((await bent('limit-5h;retry-after=none')).answer.header('retry-after')).toBeUndefined();
    expect(
      (await bent('limit-overage')).answer.header('anthropic-ratelimit-unified-overage-disabled-reason'),
    ).toBe('out_of_credits');
    const { answer: throttled } = await bent('throttle');
    expect(throttled.status).toBe(429);
    expect(throttled.answer.headers.filter((name) => name.startsWith('anthropic-ratelimit'))).toEqual([]);
    expect(throttled.header('retry-after')).toBeUndefined();
  });
});

describe('a scenario is asked for', () => {
  test('by header, path or model name', async () => {
    const { ask } = aSimulator();
    const body = aMessage('hi');
    expect((await ask({ body, headers: ['X-Sim-Fault', 'error-529'] })).status).toBe(529);
    expect((await ask({ body, target: '/s/error-503/v1/messages?beta=true' })).status).toBe(503);
    expect((await ask({ body: aMessage('hi', { model: 'sim-error-402' }) })).status).toBe(402);
    expect((await ask({ body: aMessage('hi', { model: 'claude-sim-organization_on_hold' }) })).status).toBe(
      400,
    );
    expect((await ask({ body })).status).toBe(200);
  });

  test('by the text of the user', async () => {
    const { say } = aSimulator();
    const answer = await say('[[fault:cut-3]][[text:200]]', stream);
    expect(answer.names).toHaveLength(3);
    expect(answer.ended).toBe('fail');
    expect((await say('[[fault:error-529]]')).status).toBe(529);
  });

  test('for its first calls only, with *N, each key counted apart', async () => {
    const { ask } = aSimulator();
    const target = '/s/error-529*2/v1/messages';
    const statuses = async (key: string): Promise<number[]> => {
      const seen = [];
      for (let at = 0; at < 3; at += 1) seen.push((await ask({ target, key, body: aMessage('hi') })).status);
      return seen;
    };
    expect(await statuses(ann.key)).toEqual([529, 529, 200]);
    expect(await statuses(bob.key)).toEqual([529, 529, 200]);
  });

  test('by a rule, for one key, one path, some calls or some time', async () => {
    const { simulator, ask, clock } = aSimulator();
    const body = aMessage('hi');
    simulator.fault({ key: 'ann', scenario: 'error-429', times: 1 });
    expect((await ask({ body, key: bob.key })).status).toBe(200);
    expect(
      (await ask({ body: { ...aMessage('hi'), max_tokens: undefined }, target: '/v1/messages/count_tokens' }))
        .status,
    ).toBe(200);
    expect((await ask({ body })).status).toBe(429);
    expect((await ask({ body })).status).toBe(200);

    simulator.fault({ path: '/v1/models*', scenario: 'error-500' });
    expect((await ask({ target: '/v1/models' })).status).toBe(500);
    expect((await ask({ target: '/v1/models/claude-opus-5' })).status).toBe(500);
    simulator.clearFaults();
    expect((await ask({ target: '/v1/models' })).status).toBe(200);

    simulator.fault({ scenario: 'error-429', forMs: 30_000 });
    expect((await ask({ body })).header('retry-after')).toBe('30');
    await clock.turn(20_500);
    expect((await ask({ body })).header('retry-after')).toBe('10');
    await clock.turn(9_500);
    expect((await ask({ body })).status).toBe(200);

    const takeBack = simulator.fault({ model: 'claude-opus-5', scenario: 'error-529' });
    expect((await ask({ body: aMessage('hi', { model: 'claude-opus-5' }) })).status).toBe(529);
    expect((await ask({ body })).status).toBe(200);
    takeBack();
    expect((await ask({ body: aMessage('hi', { model: 'claude-opus-5' }) })).status).toBe(200);
  });

  test('by a script: the first call this, the second that, then well', async () => {
    const { simulator, ask } = aSimulator();
    simulator.script('ann', ['error-429', 'ok', 'error-529']);
    const seen = [];
    for (let at = 0; at < 4; at += 1) seen.push((await ask({ body: aMessage('hi') })).status);
    expect(seen).toEqual([429, 200, 529, 200]);
    expect(simulator.state().faults).toEqual([]);
  });

  test('by the settings, for every call that asks for nothing else', async () => {
    const { ask } = aSimulator({ scenario: 'error-503' });
    expect((await ask({ body: aMessage('hi') })).status).toBe(503);
    expect((await ask({ body: aMessage('hi'), headers: ['x-sim-fault', 'ok'] })).status).toBe(200);
  });

  test('and must exist: a wrong one says what there is', async () => {
    const { say, simulator } = aSimulator();
    const answer = await say('hi', {}, { headers: ['x-sim-fault', 'explode'] });
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain('There is no fault "explode". There are: ok, error');
    for (const wrong of [
      '',
      'error',
      'error-418',
      'error-abc',
      'cut-nowhere',
      'ok-1',
      'limit-9d',
      'limit',
      'cut;when=later',
      'slow-head-soon',
      'stop',
    ])
      expect(() => simulator.fault({ scenario: wrong })).toThrow(ScenarioError);
  });

  test('and is read as name, argument, options and times', () => {
    expect(readScenario('error-event-text;type=api_error+slow-first-20*3')).toEqual({
      text: 'error-event-text;type=api_error+slow-first-20*3',
      times: 3,
      faults: [
        { name: 'error-event', arg: 'text', options: { type: 'api_error' } },
        { name: 'slow-first', arg: '20', options: {} },
      ],
    });
    for (const name of faultNames) expect(() => readScenario(`${name}-`)).toThrow(ScenarioError);
  });
});

describe('a stream', () => {
  test('is cut where it is told to', async () => {
    const seen = async (scenario: string): Promise<string[]> => {
      const { answer, simulator } = await bent(scenario);
      expect(answer.ended).toBe('fail');
      expect(simulator.calls[0]?.ended).toBe('cut');
      return answer.names;
    };
    expect(await seen('cut-head')).toEqual([]);
    expect(await seen('cut-start')).toEqual(['message_start']);
    expect(await seen('cut-2')).toEqual(['message_start', 'ping']);
    expect((await seen('cut-text')).filter((name) => name === 'content_block_delta')).toHaveLength(5);
    expect((await seen('cut-block')).at(-1)).toBe('content_block_stop');
    expect((await seen('cut-delta')).at(-1)).toBe('message_delta');
  });

  test('is cut only after what came before has had time to leave', async () => {
    const { simulator, clock } = aSimulator();
    const answer = new Reading(
      await simulator.handle(aCall({ body: aMessage('hi', stream), headers: ['x-sim-fault', 'cut-2'] })),
    );
    expect(answer.names).toHaveLength(2);
    expect(answer.ended).toBe('no');
    await clock.turn(5);
    expect(answer.ended).toBe('fail');
  });

  test('is cut inside thinking and tool blocks', async () => {
    const { say } = aSimulator();
    const headers = ['x-sim-fault', 'cut-thinking'];
    const thinking = await say('[[think:200]] [[text:200]]', stream, { headers });
    expect(thinking.events.at(-1)?.data.delta.type).toBe('thinking_delta');
    const tool = await say(
      '[[say:first]] [[tool:Bash {"command":"a rather long command, to be cut"}]]',
      {
        ...stream,
        tools: [{ name: 'Bash', input_schema: { type: 'object' } }],
      },
      { headers: ['x-sim-fault', 'cut-tool'] },
    );
    expect(tool.events.at(-1)?.data.delta.type).toBe('input_json_delta');
    expect(tool.said).toBe('first');
  });

  test('ends cleanly without its end', async () => {
    const { answer, simulator } = await bent('end-text');
    expect(answer.ended).toBe('end');
    expect(answer.names).not.toContain('message_stop');
    expect(answer.names).not.toContain('content_block_stop');
    expect(simulator.calls[0]?.ended).toBe('short');
  });

  test('carries an error event first, after the start, in the text or after a block', async () => {
    for (const [scenario, before] of [
      ['error-event', 0],
      ['error-event-start', 1],
      ['error-event-text', 8],
      ['error-event-block', 14],
    ] as const) {
      const { answer, simulator } = await bent(scenario);
      expect(answer.ended).toBe('end');
      expect(simulator.calls[0]?.ended).toBe('short');
      expect(answer.names).toHaveLength(before + 1);
      expect(answer.events.at(-1)).toMatchObject({
        name: 'error',
        data: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      });
    }
    const { answer } = await bent('error-event;type=api_error;message=Broken');
    expect(answer.events[0]?.data.error).toEqual({ type: 'api_error', message: 'Broken' });
  });

  test('falls silent, for ever or for a while, until the client leaves', async () => {
    const { answer, simulator, clock } = await bent('silence-2');
    expect(answer.names).toHaveLength(2);
    await clock.turn(3_600_000);
    expect(answer.names).toHaveLength(2);
    expect(simulator.calls[0]?.ended).toBe('open');
    expect(simulator.state().open).toBe(1);
    answer.leave();
    expect(simulator.calls[0]?.ended).toBe('client-left');
    expect(simulator.state().open).toBe(0);

    const { answer: again, clock: other } = await bent('silence-start;ms=400000');
    await other.turn(399_990);
    expect(again.names).toEqual(['message_start']);
    await other.turn(10);
    expect(again.names.at(-1)).toBe('message_stop');
  });

  test('comes late: its head, or its first event', async () => {
    const { simulator, clock } = aSimulator();
    const ask = (scenario: string): Promise<Reading> =>
      simulator
        .handle(aCall({ body: aMessage('hi', stream), headers: ['x-sim-fault', scenario] }))
        .then((answer) => new Reading(answer));
    let head: Reading | undefined;
    const waiting = ask('slow-head-10000').then((answer) => (head = answer));
    await clock.turn(9_999);
    expect(head).toBeUndefined();
    await clock.turn(1);
    await waiting;
    expect(head?.ended).toBe('end');

    const first = await ask('slow-first-10000');
    await clock.turn(9_999);
    expect(first.names).toEqual([]);
    await clock.turn(1);
    expect(first.ended).toBe('end');
  });

  test('beats with pings or comments while it waits', async () => {
    const { answer, clock } = await bent('pings-9000;every=3000');
    await clock.turn(6_000);
    expect(answer.names).toEqual(['ping', 'ping']);
    await clock.turn(3_000);
    expect(answer.names.at(-1)).toBe('message_stop');
    const { answer: commented, clock: other } = await bent('comments-6000;every=3000;at=start');
    await other.turn(3_000);
    expect(commented.text).toEndWith('\n\n: keep-alive\n\n');
    expect(commented.names).toEqual(['message_start']);
  });

  test('has an event that nobody knows', async () => {
    const { answer } = await bent('unknown-event');
    expect(answer.names.slice(0, 3)).toEqual(['message_start', 'simulated_novelty', 'ping']);
    expect(answer.names.at(-1)).toBe('message_stop');
  });

  test('is torn apart at odd places and still whole', async () => {
    const { answer: plain } = await bent('ok');
    const { answer } = await bent('split-7');
    const sizes = new Set(answer.chunks.slice(0, -1).map(({ length }) => length));
    expect([...sizes]).toEqual([7]);
    expect(answer.said).toBe(plain.said);
    expect(answer.ended).toBe('end');
  });

  test('in pieces is cut and paused like any other', async () => {
    const { answer } = await bent('split-7+cut-2');
    expect(answer.ended).toBe('fail');
    expect(answer.names).toEqual(['message_start', 'ping']);
    const { simulator } = aSimulator();
    const { body } = await simulator.handle(
      aCall({ body: aMessage('hi', stream), headers: ['x-sim-fault', 'split-10'] }),
    );
    if (body === undefined || body instanceof Uint8Array) throw new Error('a stream was expected');
    let chunks = 0;
    let ended = false;
    body.start({
      chunk() {
        chunks += 1;
        if (chunks === 3) body.pause();
      },
      end() {
        ended = true;
      },
      fail() {},
    });
    await settled();
    expect([chunks, ended]).toEqual([3, false]);
    body.resume();
    await settled();
    expect(chunks).toBeGreaterThan(100);
    expect(ended).toBe(true);
  });
});

describe('an answer', () => {
  test('is lost before its head', async () => {
    const { simulator } = aSimulator();
    const lost = simulator.handle(aCall({ body: aMessage('hi'), headers: ['x-sim-fault', 'reset'] }));
    expect((await failureOf(lost)).message).toBe('reset before the head');
    expect(simulator.calls[0]).toMatchObject({ ended: 'reset', status: undefined });
  });

  test('never comes, until the client leaves', async () => {
    const { simulator, clock } = aSimulator();
    const leaving = new AbortController();
    const never = simulator.handle(
      aCall({ body: aMessage('hi'), headers: ['x-sim-fault', 'silent'], signal: leaving.signal }),
    );
    await clock.turn(3_600_000);
    expect(simulator.calls[0]?.ended).toBe('open');
    leaving.abort(new Error('gone'));
    await failureOf(never);
    expect(simulator.calls[0]?.ended).toBe('client-left');
    expect(clock.waiting).toBe(0);
  });

  test('is a web page, nothing, or a way elsewhere', async () => {
    const { answer: page } = await bent('html');
    expect([page.status, page.header('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const { answer: empty } = await bent('empty');
    expect([empty.status, empty.text, empty.ended]).toEqual([200, '', 'end']);
    expect(empty.header('content-type')).toStartWith('text/event-stream');
    const { ask } = aSimulator();
    const moved = await ask({ body: aMessage('hi'), target: '/s/redirect/v1/messages?beta=true' });
    expect([moved.status, moved.header('location')]).toEqual([307, '/s/ok/v1/messages?beta=true']);
  });

  test('without streaming is cut or shortened in the middle of its JSON', async () => {
    const { answer: cut } = await bent('cut', {});
    expect(cut.ended).toBe('fail');
    expect(cut.bytes.length).toBeLessThan(Number(cut.header('content-length')));
    expect(cut.bytes.length).toBeGreaterThan(0);
    const { answer: short } = await bent('end', {});
    expect(short.ended).toBe('end');
    expect(short.header('content-length')).toBeUndefined();
    expect(() => short.json).toThrow();
    const { answer: whole } = await bent('error-event-text+pings-100;every=1+unknown-event', {});
    expect(whole.json.type).toBe('message');
    const { answer: head } = await bent('cut-head', {});
    expect([head.ended, head.bytes.length]).toEqual(['fail', 0]);
  });

  test('is huge, has many headers, or a reason of its own to stop', async () => {
    const { answer: huge } = await bent('huge-300000', { max_tokens: 128_000 });
    expect(huge.status).toBe(200);
    const { say } = aSimulator();
    const long = await say('hi', { max_tokens: 128_000 }, { headers: ['x-sim-fault', 'huge-300000'] });
    expect(long.json.content[0].text).toHaveLength(300_000);
    const { answer: many } = await bent('headers-200');
    expect(many.header('x-sim-extra-200')).toBeDefined();
    const { answer: stopped } = await bent('stop-pause_turn', {});
    expect(stopped.json.stop_reason).toBe('pause_turn');
  });

  test('comes before the body is read, where it is early', async () => {
    const { simulator, ask } = aSimulator();
    const answer = await ask({ body: aMessage('hi'), headers: ['x-sim-fault', 'error-413;early'] });
    expect(answer.status).toBe(413);
    expect(simulator.calls[0]).toMatchObject({ size: 0, sha256: undefined });
  });
});

describe('compression', () => {
  const decoders = {
    gzip: gunzipSync,
    deflate: inflateSync,
    br: brotliDecompressSync,
    zstd: zstdDecompressSync,
  };

  test('is in the first coding the client accepts, streamed and whole', async () => {
    for (const [coding, decode] of Object.entries(decoders)) {
      const headers = ['x-sim-fault', 'compress', 'accept-encoding', `unknown, ${coding};q=0.9, identity`];
      const { say } = aSimulator();
      const whole = await say('[[text:2000]]', {}, { headers });
      expect(whole.header('content-encoding')).toBe(coding);
      expect(whole.header('content-length')).toBe(String(whole.bytes.length));
      expect(JSON.parse(decode(whole.bytes).toString()).content[0].text).toHaveLength(2000);

      const streamed = await say('[[text:2000]]', stream, { headers });
      while (streamed.ended === 'no') await settled();
      expect(streamed.header('content-encoding')).toBe(coding);
      expect(decode(streamed.bytes).toString()).toContain('event: message_stop');
    }
  });

  test('lets every event out as soon as it happens', async () => {
    const { simulator, clock } = aSimulator({ pace: 1000 });
    const answer = new Reading(
      await simulator.handle(
        aCall({ body: aMessage('hi', stream), headers: ['x-sim-fault', 'compress-gzip'] }),
      ),
    );
    while (answer.chunks.length === 0) await settled();
    await clock.turn(1000);
    while (answer.chunks.length === 1) await settled();
    answer.leave();
    expect(simulator.calls[0]?.ended).toBe('client-left');
    expect(clock.waiting).toBe(0);
  });

  test('lets out what came before a cut', async () => {
    const { answer } = await bent('compress-br+cut-2');
    while (answer.ended === 'no') await settled();
    expect(answer.ended).toBe('fail');
    expect(answer.bytes.length).toBeGreaterThan(20);
  });

  test('is left out where the client accepts none', async () => {
    for (const accept of ['identity', 'gzip;q=0, unknown']) {
      const { answer } = await bent('compress', {}, ['accept-encoding', accept]);
      expect(answer.header('content-encoding')).toBeUndefined();
      expect(answer.json.type).toBe('message');
    }
  });
});
