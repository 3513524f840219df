/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { slotWords, type Unit, valueWords } from './words.ts';

/** One thing that is drawn, with a value for each slot; null where there is none. */
export interface Drawn {
  readonly name: string;
  /** Its colour: 1 to 5, 0 for what is left over. */
  readonly colour: number;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly id: string;
  readonly title: string;
  /** What all of it comes to, beside the title. */
  readonly sum?: string;
  readonly note?: Child;
  readonly kind: 'stack' | 'lines';
  readonly unit: Unit;
  readonly slots: readonly string[];
  readonly drawn: readonly Drawn[];
  readonly controls?: Child;
}

/**
 * A chart, drawn by `client/charts.ts` from the table behind it: what is seen and what is read cannot differ, and a
 * page that comes again changes both. The place of the drawing keeps its height, with and without it.
 */
export function Chart({ id, title, sum, note, kind, unit, slots, drawn, controls }: ChartProps) {
  return (
    <figure class="chart card" id={id} data-chart={kind} data-unit={unit} aria-labelledby={`${id}-title`}>
      <figcaption class="chart-head">
        <div>
          <h2 id={`${id}-title`}>{title}</h2>
          {sum !== undefined && <p class="chart-sum">{sum}</p>}
        </div>
        {controls}
        {note !== undefined && <p class="chart-note">{note}</p>}
      </figcaption>
      {drawn.length > 1 && (
        <ul class="legend">
          {drawn.map(({ name, colour }) => (
            <li>
              <span class={`swatch colour-${colour}`} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      )}
      <div class="plot" id={`${id}-plot`} data-label={`${title}, over time`} hx-morph-skip />
      <details class="behind">
        <summary>As a table</summary>
        <div class="scroll" tabindex={0} role="region" aria-label={`${title} as a table`}>
          <SeriesTable unit={unit} slots={slots} drawn={drawn} />
        </div>
      </details>
    </figure>
  );
}

function SeriesTable({ unit, slots, drawn }: Pick<ChartProps, 'unit' | 'slots' | 'drawn'>) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">When</th>
          {drawn.map(({ name, colour }) => (
            <th scope="col" class="number" data-colour={colour}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slots.map((slot, at) => {
          const { whole, short } = slotWords(slot);
          return (
            <tr>
              <th scope="row" data-short={short}>
                {whole}
              </th>
              {drawn.map(({ values }) => {
                const value = values[at] ?? null;
                return (
                  <td class="number" data-value={value ?? ''}>
                    {valueWords(value, unit)}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
