export type Unit = 'usd' | 'tokens' | 'count' | 'ms' | 'share';

/** What a chart draws, as the table behind it has it. */
export interface ChartData {
  readonly kind: 'stack' | 'lines';
  readonly unit: Unit;
  readonly slots: readonly { readonly whole: string; readonly short: string }[];
  readonly drawn: readonly {
    readonly name: string;
    /** Which colour of the page it has. */
    readonly colour: string;
    readonly values: readonly (number | null)[];
    /** The same in words. */
    readonly words: readonly string[];
  }[];
}

/** Reads the table of a chart. */
export function dataOf(figure: HTMLElement): ChartData {
  const rows = [...figure.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const heads = [...figure.querySelectorAll<HTMLElement>('thead th')].slice(1);
  const { chart: kind, unit } = figure.dataset;
  return {
    kind: kind === 'lines' ? 'lines' : 'stack',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the page says one of these
    unit: (unit ?? 'count') as Unit,
    slots: rows.map(({ cells: [head] }) => ({
      whole: head?.textContent.trim() ?? '',
      short: head?.dataset['short'] ?? '',
    })),
    drawn: heads.map((head, at) => {
      const cells = rows.map(({ cells: all }) => all[at + 1]);
      return {
        name: head.textContent.trim(),
        colour: head.dataset['colour'] ?? '0',
        values: cells.map((cell) => numberIn(cell?.dataset['value'])),
        words: cells.map((cell) => cell?.textContent.trim() ?? ''),
      };
    }),
  };
}

function numberIn(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const dollars = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  minimumFractionDigits: 0,
  maximumSignificantDigits: 3,
});

/** A number at an axis. */
export function axisWords(value: number, unit: Unit): string {
  switch (unit) {
    case 'usd':
      return dollars.format(value);
    case 'share':
      return `${Math.round(value * 100)} %`;
    case 'ms':
      return value < 1_000 ? `${compact.format(value)} ms` : `${compact.format(value / 1_000)} s`;
    case 'count':
      return Number.isInteger(value) ? compact.format(value) : '';
    case 'tokens':
      return compact.format(value);
  }
}
