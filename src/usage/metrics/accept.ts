import type { TextFormat } from './text.ts';

interface Range {
  readonly type: string;
  readonly version: string | undefined;
  /** 0 … 1 */
  readonly quality: number;
}

/**
 * The format for an `Accept` header (RFC 9110 §12.5.1): OpenMetrics for who names it and likes it no less than
 * text, else text; also for who accepts neither, since text is better than nothing.
 */
export function formatFor(accept: string | undefined): TextFormat {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const best = (fits: (range: Range) => boolean): number =>
    Math.max(0, ...ranges.filter(fits).map(({ quality }) => quality));
  const open = best(
    ({ type, version }) =>
      type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0'),
  );
  const text = best(
    ({ type, version }) => type === 'text/plain' && (version === undefined || version === '0.0.4'),
  );
  return open > 0 && open >= text ? 'openmetrics' : 'prometheus';
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameter = (name: string): string | undefined =>
    parameters
      .find((one) => one.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', '');
  const quality = Number(parameter('q') ?? 1);
  return { type, version: parameter('version'), quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
