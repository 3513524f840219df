import { describe, expect, it } from 'bun:test';
import { UsageSaid } from '../../../src/usage/tap/usage-said.ts';
import { aUsage } from '../../help/a-usage.ts';

function told(...reports: unknown[]) {
  const said = new UsageSaid();
  for (const report of reports) said.take(report);
  return said.told();
}

describe('usage', () => {
  it('is told with all its parts', () => {
    expect(
      told({
        input_tokens: 1,
        output_tokens: 2,
        cache_read_input_tokens: 3,
        cache_creation_input_tokens: 9,
        cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
        server_tool_use: { web_search_requests: 6, web_fetch_requests: 7 },
        output_tokens_details: { thinking_tokens: 1 },
        service_tier: 'priority',
        speed: 'fast',
        inference_geo: 'us',
        something_new: { a: 1 },
      }),
    ).toEqual({
      input: 1,
      output: 2,
      cacheRead: 3,
      cacheWrite5m: 4,
      cacheWrite1h: 5,
      thinking: 1,
      webSearches: 6,
      webFetches: 7,
      serviceTier: 'priority',
      speed: 'fast',
      inferenceGeo: 'us',
      isEstimate: false,
    });
  });

  it('is none where nothing was counted', () => {
    for (const nothing of [
      undefined,
      null,
      5,
      'x',
      [],
      {},
      { service_tier: 'standard' },
      { input_tokens: null },
    ])
      expect(told(nothing)).toBeUndefined();
  });

  it('replaces field by field, and what is left out or null stays', () => {
    const first = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5, speed: 'fast' };
    const then = { input_tokens: null, output_tokens: 20, server_tool_use: null, cache_read_input_tokens: 0 };
    expect(told(first, then)).toEqual(aUsage({ input: 10, output: 20, speed: 'fast' }));
    const searched = { server_tool_use: { web_search_requests: 2 } };
    expect(told(first, searched, { output_tokens: 3, server_tool_use: null })?.webSearches).toBe(2);
  });

  it('splits what was written to the cache by how long, and the total decides', () => {
    const split = (total: number | undefined, short?: number, long?: number): number[] => {
      const usage = told({
        input_tokens: 0,
        cache_creation_input_tokens: total,
        cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
      });
      return [usage!.cacheWrite5m, usage!.cacheWrite1h];
    };
    expect(split(10_000)).toEqual([10_000, 0]);
    expect(split(10_000, 10_000, 0)).toEqual([10_000, 0]);
    expect(split(10_000, 4_000, 6_000)).toEqual([4_000, 6_000]);
    // Parts that do not add up.
    expect(split(10_000, 1_000, 1_000)).toEqual([9_000, 1_000]);
    expect(split(1_000, 0, 3_000)).toEqual([0, 3_000]);
    expect(split(undefined, 3, 4)).toEqual([3, 4]);
  });

  it('keeps the split when a later report names the total alone', () => {
    const first = { cache_creation_input_tokens: 9, cache_creation: { ephemeral_1h_input_tokens: 9 } };
    expect(told(first, { cache_creation_input_tokens: 9, output_tokens: 5 })).toEqual(
      aUsage({ output: 5, cacheWrite1h: 9 }),
    );
  });

  it('is not added up from iterations', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 },
      { type: 'message', input_tokens: 23_000, output_tokens: 1_000 },
    ];
    expect(told({ input_tokens: 23_000, output_tokens: 1_000, iterations })).toEqual(
      aUsage({ input: 23_000, output: 1_000 }),
    );
  });

  it('of an answer that broke off is at least what went by, and says nothing of thinking', () => {
    const said = new UsageSaid();
    said.take({ input_tokens: 10, output_tokens: 5, output_tokens_details: { thinking_tokens: 0 } });
    expect(said.told(40)).toEqual(aUsage({ input: 10, output: 40, isEstimate: true }));
    expect(said.told(2)).toEqual(aUsage({ input: 10, output: 5, isEstimate: true }));
  });

  it('believes no number that is no count, and no name that is none', () => {
    for (const odd of [-1, 1.5, '42', true, [1], { a: 1 }, 1e300])
      expect(told({ input_tokens: 3, output_tokens: odd })).toEqual(aUsage({ input: 3 }));
    for (const odd of ['', 5, {}])
      expect(told({ input_tokens: 3, speed: odd })).toEqual(aUsage({ input: 3 }));
    expect(told({ input_tokens: 3, inference_geo: 'x'.repeat(500) })?.inferenceGeo).toHaveLength(80);
  });
});
