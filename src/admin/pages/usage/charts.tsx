/** @jsxImportSource hono/jsx */
import { dollars } from '../../../base/amounts.ts';
import { Segments } from '../parts/segments.tsx';
import { Chart } from './chart.tsx';
import { addressOf, measures } from './choice.ts';
import type { UsageViewOfPage } from './view.ts';
import { colourOf, lineName, measured, measureNames, unitOf, valueWords } from './words.ts';

/** What was used over time, told apart as somebody wants it. */
export function MainChart({ view: { choice, series } }: { view: UsageViewOfPage }) {
  const { show, by } = choice;
  const unit = unitOf[show];
  return (
    <Chart
      id="chart-main"
      title={measureNames[show]}
      kind="stack"
      unit={unit}
      slots={series.slots}
      drawn={series.lines.map((line, at) => ({
        name: lineName(line, by),
        colour: colourOf(line, at),
        values: line.points.map((point) => measured(point, show)),
      }))}
      controls={
        <Segments
          label="What is drawn"
          target="#usage"
          segments={measures.map((one) => ({
            title: measureNames[one],
            isChosen: one === show,
            href: addressOf('/usage', { ...choice, show: one }),
            part: addressOf('/usage/content', { ...choice, show: one }),
          }))}
        />
      }
    />
  );
}

/** How well it went: the cache, the time, the moves. */
export function SmallCharts({ view: { series } }: { view: UsageViewOfPage }) {
  const { slots, points, total } = series;
  return (
    <div class="small-charts">
      <Chart
        id="chart-cache"
        title="Read from the cache"
        sum={valueWords(total.cacheShare, 'share')}
        note={cacheNote(total.usdSavedByCache)}
        kind="lines"
        unit="share"
        slots={slots}
        drawn={[{ name: 'Of all prompts', colour: 2, values: points.map(({ cacheShare }) => cacheShare) }]}
      />
      <Chart
        id="chart-first-byte"
        title="First byte"
        sum={valueWords(total.firstByteMs, 'ms')}
        note="on average, from the beginning of a call"
        kind="lines"
        unit="ms"
        slots={slots}
        drawn={[{ name: 'First byte', colour: 1, values: points.map(({ firstByteMs }) => firstByteMs) }]}
      />
      <Chart
        id="chart-last-byte"
        title="Last byte"
        sum={valueWords(total.tookMs, 'ms')}
        note={speedNote(total.outputPerSecond)}
        kind="lines"
        unit="ms"
        slots={slots}
        drawn={[{ name: 'Last byte', colour: 5, values: points.map(({ tookMs }) => tookMs) }]}
      />
      <Chart
        id="chart-moves"
        title="Moves"
        sum={valueWords(total.moves, 'count')}
        note={
          total.moves === 0
            ? 'every session stayed where it was'
            : `cost ${dollars(total.usdLostToMoves)} of cache`
        }
        kind="stack"
        unit="count"
        slots={slots}
        drawn={[{ name: 'Calls that moved', colour: 3, values: points.map(({ moves }) => moves) }]}
      />
    </div>
  );
}

function speedNote(outputPerSecond: number | null): string {
  return outputPerSecond === null
    ? 'on average'
    : `on average; ${Math.round(outputPerSecond)} tokens a second while they stream`;
}

function cacheNote(saved: number): string {
  return saved < 0 ? `writing it cost ${dollars(-saved)} more than it saved` : `saved ${dollars(saved)}`;
}
