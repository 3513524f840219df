import { describe, expect, it } from 'bun:test';
import { product } from '../../../src/base/product.ts';
import { declare } from '../../../src/usage/metrics/family.ts';
import { otlpText } from '../../../src/usage/metrics/otlp-json.ts';

const taken = { instance: 'run-1', startedAt: 1_795_000_000_000, now: 1_795_000_060_000.4 };
const pointHead = {
  attributes: [{ key: 'who', value: { stringValue: 'ann' } }],
  startTimeUnixNano: '1795000000000000000',
  timeUnixNano: '1795000060000000000',
};

async function metricsOf(...families: Parameters<typeof otlpText>[0]): Promise<unknown> {
  const { resourceMetrics } = JSON.parse(await otlpText(families, taken)) as {
    resourceMetrics: { scopeMetrics: { metrics: unknown }[] }[];
  };
  return resourceMetrics[0]!.scopeMetrics[0]!.metrics;
}

describe('metrics for a collector', () => {
  it('say whose they are', async () => {
    const { resourceMetrics } = JSON.parse(await otlpText([], taken)) as { resourceMetrics: object[] };
    const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
    expect(resourceMetrics).toEqual([
      {
        resource: {
          attributes: [
            text('service.name', product.binary),
            text('service.version', product.version),
            text('service.instance.id', 'run-1'),
          ],
        },
        scopeMetrics: [{ scope: { name: product.binary, version: product.version }, metrics: [] }],
      },
    ]);
  });

  it('have counters as cumulative sums, with moments as decimal text', async () => {
    const declared = declare('counter', 'sample_usd', ['who'], 'A sample.');
    expect(await metricsOf({ declared, points: [{ values: ['ann'], value: 1.5 }] })).toEqual([
      {
        name: 'ccproxy_sample_usd',
        description: 'A sample.',
        unit: '{USD}',
        sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...pointHead, asDouble: 1.5 }] },
      },
    ]);
  });

  it('have histograms with counts as decimal text', async () => {
    const declared = declare('histogram', 'sample_seconds', ['who'], 'A sample.');
    const distributed = [{ values: ['ann'], counts: [1, 0, 2], sum: 8.25 }];
    expect(await metricsOf({ declared, bounds: [0.5, 1], distributed })).toEqual([
      {
        name: 'ccproxy_sample_seconds',
        description: 'A sample.',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            { ...pointHead, count: '3', sum: 8.25, bucketCounts: ['1', '0', '2'], explicitBounds: [0.5, 1] },
          ],
        },
      },
    ]);
  });

  it('have gauges, and facts as gauges; what has no number is left out', async () => {
    const gauge = declare('gauge', 'sample_ratio', ['who'], 'A sample.');
    const info = declare('info', 'sample', ['who'], 'A sample.');
    const points = [{ values: ['ann'], value: 1 }];
    const none = [{ values: ['bob'], value: Number.NaN }];
    expect(
      await metricsOf(
        { declared: gauge, points: [...points, ...none] },
        { declared: info, points },
        { declared: gauge, points: [] },
      ),
    ).toEqual([
      {
        name: 'ccproxy_sample_ratio',
        description: 'A sample.',
        unit: '1',
        gauge: { dataPoints: [{ ...pointHead, asDouble: 1 }] },
      },
      {
        name: 'ccproxy_sample_info',
        description: 'A sample.',
        unit: '',
        gauge: { dataPoints: [{ ...pointHead, asDouble: 1 }] },
      },
    ]);
  });
});
