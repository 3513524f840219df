import { product } from '../../base/product.ts';
import type { Distributed } from './distribution.ts';

/** A metric as it is declared: everything but its numbers. */
export interface Declared {
  /** With the prefix and the unit, without what a format appends (`_total`). */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  /** The last word of the name, where it is one (OpenMetrics: `# UNIT`). */
  readonly unit: Unit | undefined;
  readonly labels: readonly string[];
  /** One sentence. */
  readonly help: string;
}

/** Base units only, so that no two metrics count in different ones. */
export const units = ['seconds', 'bytes', 'ratio', 'usd', 'tokens'] as const;
export type Unit = (typeof units)[number];

/** One number, and the values of the labels it stands under. */
export interface Point {
  readonly values: readonly string[];
  readonly value: number;
}

/** A metric with its numbers, as they are now. */
export type Family =
  | { readonly declared: Declared; readonly points: readonly Point[] }
  | {
      readonly declared: Declared;
      readonly bounds: readonly number[];
      readonly distributed: readonly Distributed[];
    };

/** Declares a metric. `process_…` are names that every program gives to these figures; the rest is ours. */
export function declare(
  type: Declared['type'],
  name: string,
  labels: readonly string[],
  help: string,
): Declared {
  const full = name.startsWith('process_') ? name : product.metricPrefix + name;
  return { name: full, type, unit: units.find((unit) => full.endsWith(`_${unit}`)), labels, help };
}

/** The name of the series themselves: as a query writes it. A histogram has three, with its own name in front. */
export function seriesName({ name, type }: Declared): string {
  if (type === 'counter') return `${name}_total`;
  return type === 'info' ? `${name}_info` : name;
}

/** A metric without labels, or one that has a single point. */
export function single(declared: Declared, value: number, values: readonly string[] = []): Family {
  return { declared, points: [{ value, values }] };
}
