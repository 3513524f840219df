import { product } from '../../base/product.ts';
import type { Distributed } from './distribution.ts';
import { seriesName, type Declared, type Family, type Unit } from './family.ts';
import { turn } from './turn.ts';

/** Whose numbers they are, and when. Moments are milliseconds since the epoch. */
export interface Taken {
  /** Tells two proxies of one home apart. */
  readonly instance: string;
  readonly startedAt: number;
  readonly now: number;
}

/** Everything so far, each time (`AGGREGATION_TEMPORALITY_CUMULATIVE`): what gets lost is in the next one. */
const cumulative = 2;

/** Units as UCUM writes them. */
const ucum = {
  seconds: 's',
  bytes: 'By',
  ratio: '1',
  usd: '{USD}',
  tokens: '{token}',
} as const satisfies Record<Unit, string>;

/**
 * `families` as an `ExportMetricsServiceRequest` in the JSON encoding of OTLP 1: field names in camelCase, enums
 * as numbers, 64-bit integers as decimal text. Between two of them whatever else is due gets its turn.
 */
export async function otlpText(families: readonly Family[], taken: Taken): Promise<string> {
  const metrics: string[] = [];
  for (const family of families) {
    const metric = metricOf(family, taken);
    if (metric !== undefined) metrics.push(JSON.stringify(metric));
    await turn();
  }
  const resource = JSON.stringify({
    attributes: [
      attribute('service.name', product.binary),
      attribute('service.version', product.version),
      attribute('service.instance.id', taken.instance),
    ],
  });
  const scope = JSON.stringify({ name: product.binary, version: product.version });
  return `{"resourceMetrics":[{"resource":${resource},"scopeMetrics":[{"scope":${scope},"metrics":[${metrics.join()}]}]}]}`;
}

function metricOf(family: Family, taken: Taken): object | undefined {
  const { declared } = family;
  const about = {
    name: declared.type === 'info' ? seriesName(declared) : declared.name,
    description: declared.help,
    unit: declared.unit === undefined ? '' : ucum[declared.unit],
  };
  if (!('points' in family)) {
    const dataPoints = family.distributed.map((one) => histogramPoint(family, one, taken));
    if (dataPoints.length === 0) return undefined;
    return { ...about, histogram: { aggregationTemporality: cumulative, dataPoints } };
  }
  const dataPoints = family.points
    .filter(({ value }) => Number.isFinite(value))
    .map(({ values, value }) => ({ ...pointHead(declared, values, taken), asDouble: value }));
  if (dataPoints.length === 0) return undefined;
  if (declared.type !== 'counter') return { ...about, gauge: { dataPoints } };
  return { ...about, sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } };
}

function histogramPoint(
  { declared, bounds }: Extract<Family, { bounds: unknown }>,
  { values, counts, sum }: Distributed,
  taken: Taken,
): object {
  return {
    ...pointHead(declared, values, taken),
    count: String(counts.reduce((all, one) => all + one, 0)),
    sum,
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
  };
}

function pointHead({ labels }: Declared, values: readonly string[], { startedAt, now }: Taken): object {
  return {
    attributes: labels.map((label, at) => attribute(label, values[at] ?? '')),
    startTimeUnixNano: nanoseconds(startedAt),
    timeUnixNano: nanoseconds(now),
  };
}

function attribute(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

/** More digits than a number holds. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}
