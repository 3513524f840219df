import { describe, expect, it } from 'bun:test';
import type { Usage } from '../../../src/prices/usage.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { CallCounts } from '../../../src/usage/metrics/call-counts.ts';
import { collectCalls } from '../../../src/usage/metrics/collect-calls.ts';
import { familyText } from '../../../src/usage/metrics/text.ts';
import { aCallRecord, aCost, anAttempt, aUsage } from '../../help/a-call-record.ts';
import { seriesIn, sumOf } from '../../help/a-scrape.ts';

const used = (more: Partial<Usage> = {}): Usage =>
  aUsage({
    input: 10,
    output: 200,
    cacheRead: 5_000,
    cacheWrite5m: 300,
    cacheWrite1h: 40,
    thinking: 50,
    ...more,
  });

/** A message that `ann` answered well in two seconds. */
const aMessage = (more: Partial<CallRecord> = {}): CallRecord =>
  aCallRecord({
    model: 'claude-opus-5-5',
    firstByteMs: 400,
    ms: 2_000,
    usage: used(),
    cost: aCost({ microUsd: 9_000 }),
    ...more,
  });

/** What these calls come to, as a scrape shows it. */
function scrapeOf(...records: CallRecord[]): string {
  const counts = new CallCounts();
  for (const record of records) counts.record(record);
  return collectCalls(counts)
    .map((family) => familyText(family, 'prometheus'))
    .join('');
}

describe('calls that are over', () => {
  it('are counted by purpose, class of status, ending and model', () => {
    const text = scrapeOf(
      aMessage(),
      aMessage(),
      aMessage({ status: 529, ended: 'error', errorType: 'overloaded_error' }),
      aMessage({ purpose: 'counting', ended: 'client-left' }),
    );
    const series = seriesIn(text).filter(({ name }) => name === 'ccproxy_calls_total');
    const model = 'claude-opus-5-5';
    expect(series.map(({ labels, value }) => [labels, value])).toEqual([
      [{ purpose: 'messages', status: '2xx', ended: 'complete', model }, 2],
      [{ purpose: 'messages', status: '5xx', ended: 'error', model }, 1],
      [{ purpose: 'counting', status: '2xx', ended: 'client-left', model }, 1],
    ]);
    expect(sumOf(text, 'ccproxy_call_errors_total', { type: 'overloaded_error' })).toBe(1);
  });

  it('are told apart by who called', () => {
    const text = scrapeOf(aMessage({ clientName: 'laptop' }), aMessage({ clientName: 'ci', status: 429 }));
    expect(sumOf(text, 'ccproxy_client_calls_total', { client: 'laptop', status: '2xx' })).toBe(1);
    expect(sumOf(text, 'ccproxy_client_calls_total', { client: 'ci', status: '4xx' })).toBe(1);
    expect(sumOf(text, 'ccproxy_client_tokens_total', { client: 'ci', kind: 'output' })).toBe(200);
    expect(sumOf(text, 'ccproxy_client_cost_usd_total', { client: 'laptop' })).toBeCloseTo(0.009, 12);
  });

  it('have lengths, to their first byte and to their last', () => {
    const text = scrapeOf(
      aMessage({ ms: 2_000, firstByteMs: 400 }),
      aMessage({ ms: 45_000, firstByteMs: 4 }),
    );
    expect(sumOf(text, 'ccproxy_call_duration_seconds_count', { ended: 'complete' })).toBe(2);
    expect(sumOf(text, 'ccproxy_call_duration_seconds_sum')).toBe(47);
    expect(sumOf(text, 'ccproxy_call_duration_seconds_bucket', { le: '2.5' })).toBe(1);
    expect(sumOf(text, 'ccproxy_call_first_byte_seconds_bucket', { le: '0.005', stream: 'true' })).toBe(1);
    expect(sumOf(text, 'ccproxy_call_first_byte_seconds_bucket', { le: '+Inf' })).toBe(2);
  });

  it('that waited for an account have the length of that', () => {
    const text = scrapeOf(aMessage({ waitedMs: 4_000 }), aMessage());
    expect(sumOf(text, 'ccproxy_call_wait_seconds_count', { purpose: 'messages' })).toBe(1);
    expect(sumOf(text, 'ccproxy_call_wait_seconds_sum')).toBe(4);
  });

  it('without a body have no first byte', () => {
    const { firstByteMs: _, ...record } = aMessage();
    expect(sumOf(scrapeOf(record), 'ccproxy_call_first_byte_seconds_count')).toBeUndefined();
  });

  it('count the bytes of both bodies', () => {
    const text = scrapeOf(aMessage({ bytesIn: 7, bytesOut: 11 }), aMessage({ bytesIn: 1, bytesOut: 0 }));
    expect(sumOf(text, 'ccproxy_request_bytes_total', { purpose: 'messages' })).toBe(8);
    expect(sumOf(text, 'ccproxy_answer_bytes_total', { purpose: 'messages' })).toBe(11);
  });
});

describe('tokens', () => {
  it('are counted by kind, each once: thinking is a part of the output', () => {
    const text = scrapeOf(aMessage(), aMessage());
    const kind = (one: string): number | undefined =>
      sumOf(text, 'ccproxy_tokens_total', { account: 'ann', model: 'claude-opus-5-5', kind: one });
    expect(['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'].map(kind)).toEqual([
      20, 400, 10_000, 600, 80,
    ]);
    expect(sumOf(text, 'ccproxy_tokens_total')).toBe(11_100);
    expect(sumOf(text, 'ccproxy_thinking_tokens_total')).toBe(100);
  });

  it('of an answer that broke off are marked as an estimate', () => {
    const text = scrapeOf(aMessage({ ended: 'cut', usage: used({ isEstimate: true }) }));
    expect(sumOf(text, 'ccproxy_tokens_total', { kind: 'output', estimate: 'true' })).toBe(200);
    expect(sumOf(text, 'ccproxy_tokens_total', { kind: 'output', estimate: 'false' })).toBeUndefined();
  });

  it('that could not be read are missed, not taken for none', () => {
    const { usage: _, cost: __, ...record } = aMessage();
    const text = scrapeOf(record, { ...record, ended: 'client-left' }, { ...record, status: 429 });
    expect(sumOf(text, 'ccproxy_calls_without_usage_total', { account: 'ann' })).toBe(1);
    expect(sumOf(text, 'ccproxy_tokens_total')).toBeUndefined();
  });

  it('come with the tools of the upstream, those that were used', () => {
    const text = scrapeOf(
      aMessage(),
      aMessage({ usage: used({ webSearches: 3 }) }),
      aMessage({ usage: used({ webSearches: 2, isEstimate: true }) }),
    );
    expect(seriesIn(text).filter(({ name }) => name === 'ccproxy_server_tool_uses_total')).toEqual([
      {
        name: 'ccproxy_server_tool_uses_total',
        labels: { account: 'ann', model: 'claude-opus-5-5', tool: 'web_search' },
        value: 5,
      },
    ]);
  });
});

describe('cost', () => {
  it('is told in dollars, by what it rests on', () => {
    const text = scrapeOf(
      aMessage({ cost: aCost({ microUsd: 1_500_000 }) }),
      aMessage({ cost: aCost({ microUsd: 250_000, basis: 'unknown', isEstimate: true }) }),
    );
    expect(sumOf(text, 'ccproxy_cost_usd_total', { basis: 'listed', estimate: 'false' })).toBe(1.5);
    expect(sumOf(text, 'ccproxy_cost_usd_total', { basis: 'unknown', estimate: 'true' })).toBe(0.25);
  });

  it('of the cache is a saving or an expense, and neither falls', () => {
    const text = scrapeOf(
      aMessage({ cost: aCost({ cacheSaved: 20_000 }) }),
      aMessage({ cost: aCost({ cacheSaved: -5_000 }) }),
    );
    expect(sumOf(text, 'ccproxy_cache_saved_usd_total')).toBeCloseTo(0.02, 12);
    expect(sumOf(text, 'ccproxy_cache_overspent_usd_total')).toBeCloseTo(0.005, 12);
  });
});

describe('attempts and moves', () => {
  it('are counted by account, ending, scope and lesson', () => {
    const limited = anAttempt({ status: 429, scope: 'account', lesson: 'limited', ms: 90 });
    const text = scrapeOf(aMessage({ attempts: [limited, anAttempt({ accountName: 'bob' })] }));
    const failed = { account: 'ann', ending: 'answered', scope: 'account', lesson: 'limited' };
    expect(sumOf(text, 'ccproxy_attempts_total', failed)).toBe(1);
    expect(sumOf(text, 'ccproxy_attempts_total', { account: 'bob', scope: 'none', lesson: 'fine' })).toBe(1);
    expect(sumOf(text, 'ccproxy_attempt_duration_seconds_sum', { account: 'ann' })).toBeCloseTo(0.09, 12);
  });

  it('tell from where to where a call went, and what that cost', () => {
    const move = { fromId: 'acc_ann', fromName: 'ann', toId: 'acc_bob', toName: 'bob', reason: '429' };
    const text = scrapeOf(aMessage({ move: { ...move, microUsd: 120_000 } }), aMessage({ move }));
    expect(sumOf(text, 'ccproxy_moves_total', { from: 'ann', to: 'bob' })).toBe(2);
    expect(sumOf(text, 'ccproxy_move_cost_usd_total', { from: 'ann', to: 'bob' })).toBeCloseTo(0.12, 12);
  });
});

describe('what strangers write', () => {
  it('makes no series of an error of its own', () => {
    const text = scrapeOf(aMessage({ errorType: 'my_error' }), aMessage({ errorType: 'your_error' }));
    expect(sumOf(text, 'ccproxy_call_errors_total', { type: 'other' })).toBe(2);
  });

  it('and sessions, agents, ids and paths are no labels at all', () => {
    const text = scrapeOf(
      aMessage({
        session: 'planted-session',
        agent: 'planted-agent',
        parentAgent: 'planted-parent',
        requestId: 'planted-request',
        messageId: 'planted-message',
        path: '/v1/planted',
        errorType: 'planted-error',
        stopReason: 'planted-stop',
      }),
    );
    expect(text).not.toContain('planted');
  });
});
