import { expect, it } from 'bun:test';
import { Metrics } from '../../../src/usage/metrics/metrics.ts';
import type { MetricSources } from '../../../src/usage/metrics/sources.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { HandClock } from '../../help/a-clock.ts';
import { sumOf } from '../../help/a-scrape.ts';

const sources: MetricSources = {
  accounts: () => [],
  traffic: () => ({ callsInFlight: 0, callsWaiting: 0, streamsOpen: 0, heldBytes: 0 }),
};

it('a scrape shows calls, renewals, lag and the process, in the format that is accepted', async () => {
  const metrics = new Metrics(new HandClock());
  metrics.record(aCallRecord());
  metrics.refreshed('ann', 'refreshed');
  metrics.refreshed('ann', 'signed-out');
  metrics.lag.lags.observe(0.01);
  const { contentType, text } = await metrics.exposition(sources, undefined);
  expect(contentType).toStartWith('text/plain; version=0.0.4');
  expect(sumOf(text, 'ccproxy_calls_total')).toBe(1);
  expect(sumOf(text, 'ccproxy_token_refreshes_total', { account: 'ann', result: 'signed_out' })).toBe(1);
  expect(sumOf(text, 'ccproxy_event_loop_lag_seconds_count')).toBe(1);
  expect(sumOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
  const open = await metrics.exposition(sources, 'application/openmetrics-text');
  expect(open.contentType).toStartWith('application/openmetrics-text');
  expect(open.text).toEndWith('\n# EOF\n');
});

it('nothing is counted twice by being looked at', async () => {
  const metrics = new Metrics(new HandClock());
  metrics.record(aCallRecord());
  const first = await metrics.exposition(sources, undefined);
  const second = await metrics.exposition(sources, undefined);
  for (const name of ['ccproxy_calls_total', 'ccproxy_tokens_total', 'ccproxy_cost_usd_total'])
    expect(sumOf(second.text, name)).toBe(sumOf(first.text, name) ?? Number.NaN);
});
