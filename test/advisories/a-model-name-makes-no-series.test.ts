import { afterEach, expect, it } from 'bun:test';
import type { Usage } from '../../src/prices/usage.ts';
import { CallCounts } from '../../src/usage/metrics/call-counts.ts';
import { collectCalls } from '../../src/usage/metrics/collect-calls.ts';
import { familyText } from '../../src/usage/metrics/text.ts';
import { aCallRecord, anAttempt, aUsage } from '../help/a-call-record.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { seriesIn, sumOf } from '../help/a-scrape.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

/*
 * The attack: whoever may call names another model in each call, or another session, agent, path or request id.
 * Were any of these a label, each call would leave series behind in the proxy, in every scrape and in the store of
 * whoever scrapes, until one of the three runs out of memory.
 */

const rooms = new Rooms();
afterEach(() => rooms.close());

async function labelsAfter(calls: number, knownTo: 'nobody' | 'the upstream'): Promise<Set<string>> {
  const up = await rooms.add(
    anUpstream(() => (knownTo === 'nobody' ? apiError(404, 'not_found_error') : message())),
  );
  const account = { name: 'ann', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-ann' } as const;
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  for (let call = 0; call < calls; call += 1) {
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': `request-${call}`,
        'x-claude-code-session-id': `session-${call}`,
        'x-claude-code-agent-id': `agent-${call}`,
      },
      body: JSON.stringify({ model: `made-up-${call}`, max_tokens: 1, messages: [] }),
    });
    await answer.text();
  }
  const text = await (await fetch(`${proxy.url}/metrics`)).text();
  expect(sumOf(text, 'ccproxy_calls_total')).toBe(calls);
  expect(text).not.toMatch(/(?:request|session|agent)-\d/);
  return new Set(seriesIn(text).flatMap(({ labels }) => labels['model'] ?? []));
}

it('a hundred names that no upstream knows are one series', async () => {
  expect([...(await labelsAfter(100, 'nobody'))]).toEqual(['other']);
});

it('a hundred names that an upstream answers to are forty and the rest', async () => {
  const models = await labelsAfter(100, 'the upstream');
  expect(models.size).toBe(41);
  expect(models).toContain('other');
});

it('two hundred thousand calls of every sort leave a bounded scrape', () => {
  const counts = new CallCounts();
  const usage: Usage = aUsage();
  for (let call = 0; call < 200_000; call += 1) {
    const accountName = `account-${call % 50}`;
    counts.record(
      aCallRecord({
        usage,
        accountName,
        model: `model-${call}`,
        errorType: `error-${call}`,
        clientName: `client-${call % 20}`,
        session: `session-${call}`,
        path: `/v1/path-${call}`,
        attempts: [anAttempt({ accountName, errorType: `error-${call}`, reason: `reason ${call}` })],
      }),
    );
  }
  const text = collectCalls(counts)
    .map((family) => familyText(family, 'prometheus'))
    .join('');
  expect(text.split('\n').length).toBeLessThan(30_000);
  expect(sumOf(text, 'ccproxy_calls_total')).toBe(200_000);
});

it('even names from the settings, should there be far too many, end up with the others', () => {
  const counts = new CallCounts();
  for (let call = 0; call < 10_000; call += 1) counts.record(aCallRecord({ clientName: `client-${call}` }));
  const tokens = collectCalls(counts).find(({ declared }) => declared.name === 'ccproxy_client_calls');
  const text = familyText(tokens!, 'prometheus');
  expect(seriesIn(text)).toHaveLength(4_001);
  expect(sumOf(text, 'ccproxy_client_calls_total', { client: 'other' })).toBe(6_000);
  expect(counts.overflow).toBeGreaterThanOrEqual(6_000);
});
