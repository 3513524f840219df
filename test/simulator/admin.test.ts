import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { aCall, aMessage, ann, aSimulator, Reading } from './help.ts';

describe('the record', () => {
  test('holds what came, as it came, and how it ended', async () => {
    const { simulator, ask, clock } = aSimulator({ keepBodies: true });
    const body = Buffer.from(
      JSON.stringify({
        ...aMessage('hi', { stream: true }),
        metadata: { user_id: JSON.stringify({ session_id: 'from-body' }) },
      }),
    );
    await ask({
      target: '/s/ok/v1/messages?beta=true',
      body,
      headers: ['X-Odd-Case', 'one', 'x-odd-case', 'two'],
    });
    expect(simulator.calls).toHaveLength(1);
    const [seen] = simulator.calls;
    expect(seen).toMatchObject({
      number: 1,
      at: clock.now(),
      method: 'POST',
      target: '/s/ok/v1/messages?beta=true',
      path: '/v1/messages',
      query: 'beta=true',
      key: 'ann',
      sha256: createHash('sha256').update(body).digest('hex'),
      size: body.length,
      stream: true,
      model: 'claude-opus-5-5',
      session: 'from-body',
      scenario: 'ok',
      status: 200,
      ended: 'complete',
    });
    expect(seen?.headers.slice(0, 4)).toEqual(['X-Odd-Case', 'one', 'x-odd-case', 'two']);
    expect(seen?.body).toEqual(body);
    expect(seen?.usage?.output).toBe(60);
  });

  test('takes the session of the header before that of the body', async () => {
    const { simulator, say } = aSimulator();
    await say('hi', {}, { headers: ['X-Claude-Code-Session-Id', 'from-header'] });
    expect(simulator.calls[0]?.session).toBe('from-header');
  });

  test('sees the client leave', async () => {
    const { simulator, clock } = aSimulator({ pace: 10 });
    const answer = new Reading(await simulator.handle(aCall({ body: aMessage('hi', { stream: true }) })));
    const left = simulator.until(({ calls }) => calls[0]?.ended === 'client-left');
    await clock.turn(25);
    answer.leave();
    await left;
    expect(simulator.state().open).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  test('forgets the oldest calls, and all on request', async () => {
    const { simulator, ask } = aSimulator({ recordLimit: 5 });
    for (let at = 0; at < 30; at += 1) await ask({ target: '/v1/models' });
    expect(simulator.calls.length).toBeLessThanOrEqual(10);
    expect(simulator.calls.at(-1)?.number).toBe(30);
    simulator.forget();
    expect(simulator.calls).toHaveLength(0);
    expect(simulator.state().calls).toBe(30);
  });

  test('adds up what each key was billed', async () => {
    const { simulator, say } = aSimulator();
    await say('[[usage:input=10,read=20,write5m=30,write1h=40,output=50]]');
    await say('[[usage:input=1,read=2,write5m=3,write1h=4,output=5]]');
    await say('');
    expect(simulator.state().keys[0]).toMatchObject({
      name: 'ann',
      calls: 3,
      statuses: { 200: 2, 400: 1 },
      models: {
        'claude-opus-5-5': {
          messages: 2,
          input_tokens: 11,
          output_tokens: 55,
          cache_read_input_tokens: 22,
          ephemeral_5m_input_tokens: 33,
          ephemeral_1h_input_tokens: 44,
        },
      },
    });
    simulator.reset();
    expect(simulator.state().keys[0]).toMatchObject({ calls: 0, models: {} });
  });
});

describe('the admin calls', () => {
  test('are there only where they are switched on', async () => {
    const { ask } = aSimulator();
    expect((await ask({ target: '/_sim/state' })).status).toBe(404);
  });

  test('show and forget the calls', async () => {
    const { ask, say } = aSimulator({ admin: true });
    await say('hi');
    const { calls } = (await ask({ target: '/_sim/calls', key: '' })).json;
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ path: '/v1/messages', key: 'ann', ended: 'complete', body_kept: false });
    expect((await ask({ target: '/_sim/calls', method: 'DELETE' })).status).toBe(204);
    expect((await ask({ target: '/_sim/calls' })).json.calls).toEqual([]);
  });

  test('make, show and take back faults', async () => {
    const { ask, say } = aSimulator({ admin: true });
    const rule = { key: 'ann', scenario: ['error-429', 'ok'] };
    const made = await ask({ target: '/_sim/faults', body: rule });
    expect(made.status).toBe(201);
    expect((await say('hi')).status).toBe(429);
    expect((await ask({ target: '/_sim/faults' })).json.faults).toMatchObject([
      { ...rule, used: 1, left: 1 },
    ]);
    expect((await ask({ target: '/_sim/faults', method: 'DELETE' })).status).toBe(204);
    expect((await say('hi')).status).toBe(200);
    await ask({ target: '/_sim/faults', body: { path: '*', scenario: 'error-500', times: 1 } });
    expect((await ask({ target: '/v1/models' })).status).toBe(500);
  });

  test('change keys and reset the state', async () => {
    const { ask, say } = aSimulator({ admin: true });
    const changed = await ask({ target: '/_sim/keys/ann', method: 'PATCH', body: { requestsPerMinute: 1 } });
    expect(changed.json).toMatchObject({ name: 'ann', remaining: { requests: 1 } });
    await say('hi');
    expect((await say('hi')).status).toBe(429);
    expect((await ask({ target: '/_sim/state', method: 'DELETE' })).status).toBe(204);
    expect((await say('hi')).status).toBe(200);
    expect((await ask({ target: '/_sim/state' })).json.keys[0].calls).toBe(1);
  });

  test('refuse what they do not understand', async () => {
    const { ask } = aSimulator({ admin: true });
    for (const body of [
      {},
      { scenario: 'explode' },
      { scenario: 'ok', typo: 1 },
      { scenario: [] },
      { scenario: 'ok', times: 0 },
    ]) {
      const answer = await ask({ target: '/_sim/faults', body });
      expect(answer.status).toBe(400);
      expect(answer.json.error).toBeString();
    }
    expect((await ask({ target: '/_sim/faults', body: Buffer.from('{') })).status).toBe(400);
    expect((await ask({ target: '/_sim/nothing' })).status).toBe(404);
    expect((await ask({ target: '/_sim/keys/zoe', method: 'PATCH', body: {} })).status).toBe(404);
    expect((await ask({ target: '/_sim/keys/%zz', method: 'PATCH', body: {} })).status).toBe(404);
  });

  test('answer no stranger, no foreign name and no web page', async () => {
    const { ask } = aSimulator({ admin: true });
    const target = '/_sim/calls';
    for (const question of [
      { peer: '10.0.0.7' },
      { peer: '::ffff:10.0.0.7' },
      { headers: ['host', 'evil.example'] },
      { headers: ['host', '127.0.0.1.evil.example'] },
      { headers: ['origin', 'http://127.0.0.1:1234'] },
    ])
      expect((await ask({ target, ...question })).status).toBe(403);
    for (const question of [
      { peer: '::1' },
      { peer: '::ffff:127.0.0.1' },
      { headers: ['host', 'localhost:8'] },
      { headers: ['host', '[::1]:8'] },
    ])
      expect((await ask({ target, ...question })).status).toBe(200);
  });

  test('are not in the record', async () => {
    const { ask, simulator } = aSimulator({ admin: true });
    await ask({ target: '/_sim/state', key: ann.key });
    expect(simulator.calls).toHaveLength(0);
  });
});
