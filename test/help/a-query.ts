import { declared } from '../../src/usage/metrics/declared.ts';
import { seriesName } from '../../src/usage/metrics/family.ts';

/** The labels of everything a query may ask for, by its name; those that a scrape adds included. */
const labelsByName = new Map(
  Object.values(declared).flatMap((metric) => {
    const labels = new Set([...metric.labels, 'le', 'job', 'instance']);
    const name = seriesName(metric);
    const names = metric.type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    return names.map((one) => [one, labels] as const);
  }),
);

/** The metrics of the proxy that a query names. */
export function namesOf(query: string): string[] {
  return query.match(/\b(?:ccproxy|process)_\w+/g) ?? [];
}

/** What a query asks for that is never told: metrics and labels. */
export function missingIn(query: string): string[] {
  const unknown = namesOf(query).filter((name) => !labelsByName.has(name));
  const selectors = [...query.matchAll(/\b((?:ccproxy|process)_\w+)\{([^}]*)\}/g)];
  const labels = selectors.flatMap(([, name = '', inside = '']) =>
    [...inside.matchAll(/(\w+)(?:=~|!~|!=|=)/g)]
      .map(([, label = '']) => label)
      .filter((label) => labelsByName.get(name)?.has(label) !== true)
      .map((label) => `${name}{${label}}`),
  );
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inside = '']) => inside.split(', '));
  const known = new Set(namesOf(query).flatMap((name) => [...(labelsByName.get(name) ?? [])]));
  return [...unknown, ...labels, ...grouped.filter((label) => !known.has(label))];
}
