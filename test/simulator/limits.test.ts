import { describe, expect, test } from 'bun:test';
import { aMessage, ann, aSimulator, bob, type Reading } from './help.ts';

const remaining = (answer: Reading, what: string): number =>
  Number(answer.header(`anthropic-ratelimit-${what}-remaining`));

describe('rate limits', () => {
  test('are told on every answer, with RFC 3339 resets', async () => {
    const { say, ask } = aSimulator();
    for (const answer of [
      await say('hi'),
      await say('hi', { stream: true }),
      await ask({ target: '/v1/models' }),
      await say(''),
    ]) {
      for (const what of ['requests', 'tokens', 'input-tokens', 'output-tokens']) {
        expect(Number(answer.header(`anthropic-ratelimit-${what}-limit`))).toBeGreaterThan(0);
        expect(remaining(answer, what)).toBeGreaterThan(0);
        expect(answer.header(`anthropic-ratelimit-${what}-reset`)).toMatch(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
        );
      }
    }
  });

  test('let through as many requests as fit, and then say when to come back', async () => {
    const { say, clock } = aSimulator({ keys: [{ ...ann, requestsPerMinute: 3 }, bob] });
    const left = [];
    for (let at = 0; at < 3; at += 1) left.push(remaining(await say('hi'), 'requests'));
    expect(left).toEqual([2, 1, 0]);
    const refused = await say('hi');
    expect(refused.status).toBe(429);
    expect(refused.json.error.type).toBe('rate_limit_error');
    expect(refused.json.error.message).toContain('3 requests per minute');
    expect(refused.header('retry-after')).toBe('20');
    expect((await say('hi', {}, { key: bob.key })).status).toBe(200);
    await clock.turn(19_000);
    expect((await say('hi')).header('retry-after')).toBe('1');
    await clock.turn(1_000);
    expect((await say('hi')).status).toBe(200);
    expect((await say('hi')).status).toBe(429);
  });

  test('of tokens count input and output, rounded to thousands', async () => {
    const { say } = aSimulator({
      keys: [{ ...ann, inputTokensPerMinute: 10_000, outputTokensPerMinute: 2_000 }],
    });
    const answer = await say(`${'x'.repeat(20_000)}[[text:4000]]`);
    expect(answer.status).toBe(200);
    expect(remaining(answer, 'input-tokens')).toBe(5_000);
    expect(remaining(answer, 'output-tokens')).toBe(1_000);
    expect(answer.header('anthropic-ratelimit-tokens-limit')).toBe('10000');
    const refused = await say('[[text:8000]]', { max_tokens: 4096 });
    expect(refused.status).toBe(429);
    expect(refused.json.error.message).toContain('2000 output tokens per minute');
    expect(Number(refused.header('retry-after'))).toBe(30);
  });

  test('of all tokens together show as the tightest', async () => {
    const { say, clock } = aSimulator({ keys: [{ ...ann, tokensPerMinute: 3_000 }] });
    const answer = await say('[[text:4000]]');
    expect(answer.header('anthropic-ratelimit-tokens-limit')).toBe('3000');
    expect(remaining(answer, 'tokens')).toBe(2_000);
    await say('[[text:4000]]');
    // What is larger than the whole bucket waits for a full one, not for ever.
    const huge = await say('[[text:80000]]', { max_tokens: 30_000 });
    expect(huge.status).toBe(429);
    await clock.turn(Number(huge.header('retry-after')) * 1000);
    expect((await say('[[text:80000]]', { max_tokens: 30_000 })).status).toBe(200);
  });

  test('leave no trace of what they refuse', async () => {
    const { say, simulator } = aSimulator({ keys: [{ ...ann, requestsPerMinute: 1 }] });
    const cached = {
      system: [{ type: 'text', text: 'x'.repeat(8_000), cache_control: { type: 'ephemeral' } }],
    };
    await say('hi');
    expect((await say('hi', cached)).status).toBe(429);
    expect(simulator.state().cache_entries).toBe(0);
    expect(simulator.state().keys[0]?.models).toMatchObject({ 'claude-opus-5-5': { messages: 1 } });
  });

  test('of counting are apart from those of messages', async () => {
    const { ask, say } = aSimulator({ keys: [{ ...ann, requestsPerMinute: 1, countTokensPerMinute: 2 }] });
    const count = (): Promise<Reading> =>
      ask({ target: '/v1/messages/count_tokens', body: { ...aMessage('hi'), max_tokens: undefined } });
    await say('hi');
    expect([(await count()).status, (await count()).status, (await count()).status]).toEqual([200, 200, 429]);
  });

  test('can be changed while it runs', async () => {
    const { say, simulator } = aSimulator();
    simulator.change('ann', { requestsPerMinute: 1 });
    await say('hi');
    expect((await say('hi')).status).toBe(429);
    simulator.change('ann', { requestsPerMinute: 100 });
    expect((await say('hi')).status).toBe(200);
    expect(() => simulator.change('nobody', {})).toThrow('There is no key "nobody".');
  });
});

describe('a subscription', () => {
  const unified = (answer: Reading, name: string): string | undefined =>
    answer.header(`anthropic-ratelimit-unified-${name}`);

  test('tells its windows with every answer, and warns', async () => {
    const { say, clock } = aSimulator({
      keys: [
        {
          ...ann,
          subscription: { fiveHour: { limit: 10_000, used: 7_400 }, sevenDay: { limit: 1_000_000 } },
        },
      ],
    });
    const answer = await say('[[text:1000]]');
    expect(unified(answer, 'status')).toBe('allowed_warning');
    expect(unified(answer, '5h-status')).toBe('allowed_warning');
    expect(unified(answer, '7d-status')).toBe('allowed');
    expect(unified(answer, 'representative-claim')).toBe('five_hour');
    expect(unified(answer, '5h-utilization')).toBe('0.77');
    expect(unified(answer, '5h-reset')).toBe(String(Math.floor(clock.now() / 1000) + 5 * 3600));
    expect(unified(answer, '7d-reset')).toBe(String(Math.floor(clock.now() / 1000) + 7 * 86_400));
  });

  test('refuses when a window is used up, until it begins anew', async () => {
    const { say, clock } = aSimulator({
      keys: [
        {
          ...ann,
          subscription: { fiveHour: { limit: 500, lengthMs: 60_000 }, sevenDay: { limit: 1_000_000 } },
        },
      ],
    });
    expect((await say('[[text:2400]]')).status).toBe(200);
    const refused = await say('hi');
    expect(refused.status).toBe(429);
    expect(unified(refused, 'status')).toBe('rejected');
    expect(unified(refused, 'representative-claim')).toBe('five_hour');
    expect(Number(unified(refused, '5h-utilization'))).toBeGreaterThan(1);
    expect(refused.header('retry-after')).toBe('60');
    await clock.turn(60_000);
    expect((await say('hi')).status).toBe(200);
  });

  test('refuses one family of models and serves the others', async () => {
    const { say } = aSimulator({
      keys: [
        { ...ann, subscription: { fiveHour: { limit: 100_000 }, sevenDayOpus: { limit: 100, used: 100 } } },
      ],
    });
    const refused = await say('hi');
    expect([refused.status, unified(refused, 'representative-claim')]).toEqual([429, 'seven_day_opus']);
    const served = await say('hi', { model: 'claude-haiku-5-5' });
    expect([served.status, unified(served, 'status')]).toEqual([200, 'allowed']);
    expect(unified(served, '7d_opus-status')).toBe('rejected');
  });

  test('names the rejected window that ends last', async () => {
    const { say } = aSimulator({
      keys: [{ ...ann, subscription: { fiveHour: { limit: 1, used: 1 }, sevenDay: { limit: 1, used: 1 } } }],
    });
    expect(unified(await say('hi'), 'representative-claim')).toBe('seven_day');
  });

  test('goes on in overage where that is allowed, and then tells no windows', async () => {
    const { say } = aSimulator({
      keys: [{ ...ann, subscription: { fiveHour: { limit: 1, used: 1 }, overage: { status: 'allowed' } } }],
    });
    const answer = await say('hi');
    expect(answer.status).toBe(200);
    expect([
      unified(answer, 'status'),
      unified(answer, 'representative-claim'),
      unified(answer, 'overage-in-use'),
    ]).toEqual(['allowed', 'overage', 'true']);
    expect(unified(answer, '5h-status')).toBeUndefined();
  });

  test('other keys have no unified headers', async () => {
    const { say } = aSimulator();
    expect((await say('hi')).answer.headers.some((name) => name.includes('unified'))).toBe(false);
  });
});
