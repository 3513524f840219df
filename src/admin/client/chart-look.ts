import uPlot from 'uplot';
import { axisWords, type ChartData } from './chart-data.ts';

/** Sizes beside letters of the usual size (px). */
const usualLetters = 14;
const labelSize = 11.5;
/** A label below an axis has so much room. */
const labelWidth = 62;
const digitWidth = 7.2;
const widestBar = 44;

/** Colours and letters of the page, as they are now: light or dark. */
export interface Look {
  readonly font: string;
  /** How much larger than usual letters are: on a large screen, or where somebody wants them so. */
  readonly scale: number;
  readonly text: string;
  readonly line: string;
  readonly colourOf: (name: string) => string;
}

export function lookOf(plot: HTMLElement): Look {
  const probe = document.createElement('span');
  plot.append(probe);
  const styleOf = (name: string): CSSStyleDeclaration => {
    probe.className = name;
    return getComputedStyle(probe);
  };
  const { fontFamily, fontSize } = getComputedStyle(document.documentElement);
  const scale = Number.parseFloat(fontSize) / usualLetters;
  const { color: text, borderTopColor: line } = styleOf('chart-ink');
  const colours = new Map(
    Array.from(
      { length: 6 },
      (_, at) => [String(at), styleOf(`swatch colour-${at}`).backgroundColor] as const,
    ),
  );
  probe.remove();
  const font = `${labelSize * scale}px ${fontFamily}`;
  return { font, scale, text, line, colourOf: (name) => colours.get(name) ?? text };
}

/** What uPlot is told to draw. Every slot has the same width, whatever time it is of. */
export function optionsFor(data: ChartData, look: Look, width: number, height: number): uPlot.Options {
  const { kind, slots, unit } = data;
  const grid = { stroke: look.line, width: 1 };
  const axis = { font: look.font, stroke: look.text, ticks: { show: false }, gap: 6 };
  return {
    width,
    height,
    padding: [10, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === 'lines', size: 7 } },
    scales: {
      x: { time: false, range: [-0.6, Math.max(0, slots.length - 1) + 0.6] },
      y: { range: (_plot, _least, most) => [0, unit === 'share' ? 1 : most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26 * look.scale,
        splits: (plot) => everyFew(slots.length, plot.width / look.scale),
        values: (_plot, splits) => splits.map((at) => slots[at]?.short ?? ''),
      },
      {
        ...axis,
        grid,
        space: 44,
        size: (_plot, values) =>
          14 + Math.max(0, ...(values ?? []).map(({ length }) => length)) * digitWidth * look.scale,
        values: (_plot, splits) => splits.map((value) => axisWords(value, unit)),
      },
    ],
    series: [{}, ...seriesOf(data, look)],
  };
}

/** Places of the slots that have a label: as many as fit, at equal distances, the last one of all among them. */
function everyFew(count: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(width / labelWidth))));
  const first = (count - 1) % step;
  return Array.from({ length: Math.ceil((count - first) / step) }, (_, at) => first + at * step);
}

function seriesOf({ kind, drawn, slots }: ChartData, look: Look): uPlot.Series[] {
  if (kind === 'lines')
    return drawn.map(({ colour }) => ({
      stroke: look.colourOf(colour),
      width: 2,
      spanGaps: true,
      points: { show: slots.length < 40, size: 5, fill: look.colourOf(colour) },
    }));
  const paths = uPlot.paths.bars?.({ size: [0.72, widestBar], radius: 0 });
  // The highest first: each is drawn over the one before, down to the ground.
  return drawn.toReversed().map(({ colour }) => ({
    fill: look.colourOf(colour),
    width: 0,
    points: { show: false },
    ...(paths !== undefined && { paths }),
  }));
}

/** The numbers in the order of {@link seriesOf}; of a stack, each with all below it. */
export function numbersOf({ kind, drawn, slots }: ChartData): uPlot.AlignedData {
  const places = slots.map((_, at) => at);
  if (kind === 'lines') return [places, ...drawn.map(({ values }) => [...values])];
  const heights: number[][] = [];
  let below = slots.map(() => 0);
  for (const { values } of drawn) {
    below = below.map((height, at) => height + (values[at] ?? 0));
    heights.push(below);
  }
  return [places, ...heights.toReversed()];
}
