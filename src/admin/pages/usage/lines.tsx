/** @jsxImportSource hono/jsx */
import { share, shortNumber } from '../../../base/amounts.ts';
import type { SeriesLine } from '../../../usage/reports/usage-series.ts';
import { Unseen } from '../parts/bits.tsx';
import { Segments } from '../parts/segments.tsx';
import { dimensions } from '../../../usage/reports/groupings.ts';
import { addressOf, type Choice } from './choice.ts';
import type { UsageViewOfPage } from './view.ts';
import { colourOf, costWords, dimensionNames, lineName, promptOf, valueWords } from './words.ts';

/** Who or what used it, line by line. */
export function Lines({ view: { choice, series } }: { view: UsageViewOfPage }) {
  const { by } = choice;
  const most = Math.max(...series.lines.map(({ total }) => total.usd), 0);
  return (
    <div class="card lines">
      <header class="card-head">
        <h2 id="lines-title">By {dimensionNames[by].toLowerCase()}</h2>
        <Segments
          label="Told apart by"
          target="#usage"
          segments={dimensions.map((one) => ({
            title: dimensionNames[one],
            isChosen: one === by,
            href: addressOf('/usage', { ...choice, by: one }),
            part: addressOf('/usage/content', { ...choice, by: one }),
          }))}
        />
      </header>
      <div class="scroll" tabindex={0} role="region" aria-labelledby="lines-title">
        <table class="table">
          <Heads by={by} />
          <tbody>
            {series.lines.map((line, at) => (
              <Line line={line} colour={colourOf(line, at)} most={most} choice={choice} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const heads = ['In', 'Out', 'Cached', 'First byte', 'Calls', 'Errors', 'Moves'];

function Heads({ by }: Pick<Choice, 'by'>) {
  return (
    <thead>
      <tr>
        <th scope="col">{dimensionNames[by]}</th>
        <th scope="col" class="number">
          Cost
        </th>
        <th scope="col" class="line-share">
          <Unseen>Share of the cost</Unseen>
        </th>
        {heads.map((head) => (
          <th scope="col" class="number">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface LineProps {
  readonly line: SeriesLine;
  readonly colour: number;
  /** What the most expensive one cost. */
  readonly most: number;
  readonly choice: Choice;
}

function Line({ line, colour, most, choice }: LineProps) {
  const { total } = line;
  const failed = total.errors + total.cut;
  return (
    <tr>
      <th scope="row">
        <span class="line-name">
          <span class={`swatch colour-${colour}`} aria-hidden="true" />
          <LineName line={line} choice={choice} />
        </span>
      </th>
      <td class="number strong">{costWords(total)}</td>
      <td class="line-share">
        <svg class="share-bar" aria-hidden="true">
          <rect
            class={`fill-${colour}`}
            width={`${most === 0 ? 0 : (total.usd / most) * 100}%`}
            height="100%"
            rx="2"
          />
        </svg>
      </td>
      <td class="number">{shortNumber(promptOf(total))}</td>
      <td class="number">{shortNumber(total.output)}</td>
      <td class="number">{share(total.cacheShare)}</td>
      <td class="number">{valueWords(total.firstByteMs, 'ms')}</td>
      <td class="number">{valueWords(total.calls, 'count')}</td>
      <td class={failed > 0 ? 'number bad-text' : 'number soft'}>{failed}</td>
      <td class={total.moves > 0 ? 'number' : 'number soft'}>{total.moves}</td>
    </tr>
  );
}

/** Pressing it narrows the page to it; what belongs to nobody cannot be asked for. */
function LineName({ line, choice }: Pick<LineProps, 'line' | 'choice'>) {
  const { by, only } = choice;
  const name = lineName(line, by);
  if (line.isOthers || line.key === '') return <span class="soft">{name}</span>;
  const narrowed = { ...choice, only: { ...only, [by]: line.key } };
  return (
    <a
      href={addressOf('/usage', narrowed)}
      hx-get={addressOf('/usage/content', narrowed)}
      hx-target="#usage"
      hx-swap="outerMorph"
      hx-sync="#usage:replace"
      data-address
      title={line.key}
    >
      {name}
    </a>
  );
}
