import type { ChartData } from './chart-data.ts';

/** From the edge, and from what is pointed at (px). */
const gap = 12;

/** What stands beside the pointer: the values of one slot. */
export class Tip {
  readonly #plot: HTMLElement;
  readonly #box = document.createElement('div');

  constructor(plot: HTMLElement) {
    this.#plot = plot;
    this.#box.className = 'chart-tip';
    this.#box.hidden = true;
    // The chart says the same by itself.
    this.#box.setAttribute('aria-hidden', 'true');
    plot.append(this.#box);
  }

  /** @param left of the middle of the slot, in the plot (px) */
  show({ slots, drawn, kind }: ChartData, at: number, left: number): void {
    const title = document.createElement('strong');
    title.textContent = slots[at]?.whole ?? '';
    const rows = drawn.flatMap(({ name, colour, words, values }) => {
      if (kind === 'stack' && drawn.length > 1 && (values[at] ?? 0) === 0) return [];
      return [rowOf(name, colour, words[at] ?? '')];
    });
    const nothing = document.createElement('span');
    nothing.textContent = 'Nothing';
    this.#box.replaceChildren(title, ...(rows.length === 0 ? [nothing] : rows));
    this.#box.hidden = false;
    const { offsetWidth: width } = this.#box;
    const room = this.#plot.clientWidth;
    const right = left + gap + width <= room;
    this.#box.style.left = `${Math.max(0, right ? left + gap : left - gap - width)}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }

  close(): void {
    this.#box.remove();
  }
}

function rowOf(name: string, colour: string, words: string): HTMLElement {
  const row = document.createElement('span');
  const swatch = document.createElement('i');
  swatch.className = `swatch colour-${colour}`;
  const label = document.createElement('span');
  label.textContent = name;
  const value = document.createElement('b');
  value.textContent = words;
  row.append(swatch, label, value);
  return row;
}
