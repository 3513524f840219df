import { seriesName, type Declared, type Family, type Point } from './family.ts';

/** The text format of Prometheus (version 0.0.4), and the standard that was made of it (OpenMetrics 1.0.0). */
export type TextFormat = 'prometheus' | 'openmetrics';

export const contentTypes = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const satisfies Record<TextFormat, string>;

/** One metric in lines. Series have the same names and labels in both formats; only the heads differ. */
export function familyText(family: Family, format: TextFormat): string {
  const { declared } = family;
  const lines = 'points' in family ? plainLines(declared, family.points) : histogramLines(family);
  return lines === '' ? '' : head(declared, format) + lines;
}

/** What ends the whole. */
export function endOf(format: TextFormat): string {
  return format === 'openmetrics' ? '# EOF\n' : '';
}

function head(declared: Declared, format: TextFormat): string {
  const { name, type, unit, help } = declared;
  if (format === 'openmetrics') {
    const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`;
    return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escaped(help)}\n`;
  }
  const series = seriesName(declared);
  const kind = type === 'info' ? 'gauge' : type;
  return `# HELP ${series} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${series} ${kind}\n`;
}

function plainLines(declared: Declared, points: readonly Point[]): string {
  const series = seriesName(declared);
  let text = '';
  for (const { values, value } of points)
    text += `${series}${braces(labelText(declared.labels, values))} ${numberText(value)}\n`;
  return text;
}

function histogramLines({ declared, bounds, distributed }: Extract<Family, { bounds: unknown }>): string {
  const { name, labels } = declared;
  let text = '';
  for (const { values, counts, sum } of distributed) {
    const own = labelText(labels, values);
    const before = own === '' ? '' : `${own},`;
    let count = 0;
    counts.forEach((more, at) => {
      count += more;
      text += `${name}_bucket{${before}le="${boundText(bounds[at])}"} ${count}\n`;
    });
    text += `${name}_sum${braces(own)} ${numberText(sum)}\n${name}_count${braces(own)} ${count}\n`;
  }
  return text;
}

/** A float in both formats, so that it is one series whichever is asked for. */
function boundText(bound: number | undefined): string {
  if (bound === undefined) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function labelText(labels: readonly string[], values: readonly string[]): string {
  return labels.map((label, at) => `${label}="${escaped(values[at] ?? '')}"`).join();
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

const special = /[\\"\n]/g;

function escaped(text: string): string {
  // Hardly any has one of these, and this is asked for every label of every line.
  return text.search(special) === -1
    ? text
    : text.replaceAll(special, (one) => (one === '\n' ? '\\n' : `\\${one}`));
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
