import uPlot from 'uplot';
import { type ChartData, dataOf } from './chart-data.ts';
import { lookOf, numbersOf, optionsFor } from './chart-look.ts';
import { Tip } from './chart-tip.ts';

/** A drawing of the table in a figure, that follows the table, the window, the colours, the pointer and the keys. */
export class Chart {
  readonly figure: HTMLElement;
  readonly #plot: HTMLElement;
  readonly #tip: Tip;
  readonly #resizing: ResizeObserver;
  #data: ChartData;
  /** What was drawn last. */
  #drawn = '';
  #uplot: uPlot | undefined;

  constructor(figure: HTMLElement, plot: HTMLElement) {
    this.figure = figure;
    this.#plot = plot;
    this.#data = dataOf(figure);
    this.#tip = new Tip(plot);
    plot.tabIndex = 0;
    // One of a row of values, chosen with arrows and read out: that is what a slider is.
    plot.setAttribute('role', 'slider');
    plot.setAttribute('aria-label', plot.dataset['label'] ?? '');
    plot.addEventListener('keydown', this.#onKey);
    plot.addEventListener('focus', this.#onFocus);
    plot.addEventListener('blur', this.#onBlur);
    this.#resizing = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = plot;
      if (this.#uplot !== undefined && this.#uplot.width !== width) this.#uplot.setSize({ width, height });
    });
    this.#resizing.observe(plot);
    this.draw();
  }

  get isThere(): boolean {
    return this.#plot.isConnected && this.figure.isConnected;
  }

  /** Draws what the table has now, where that is something else. */
  draw(): void {
    const data = dataOf(this.figure);
    const state = JSON.stringify(data);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.#data = data;
    this.#redraw();
  }

  /** The colours are others. */
  recolour(): void {
    this.#redraw();
  }

  close(): void {
    this.#resizing.disconnect();
    this.#uplot?.destroy();
    this.#tip.close();
  }

  #redraw(): void {
    const chosen = this.#uplot?.cursor.idx;
    this.#uplot?.destroy();
    const { clientWidth: width, clientHeight: height } = this.#plot;
    const options = optionsFor(this.#data, lookOf(this.#plot), width, height);
    options.hooks = {
      setCursor: [
        (uplot) => {
          this.#show(uplot);
        },
      ],
    };
    this.#uplot = new uPlot(options, numbersOf(this.#data), this.#plot);
    this.#plot.setAttribute('aria-valuemin', '0');
    this.#plot.setAttribute('aria-valuemax', String(Math.max(0, this.#data.slots.length - 1)));
    this.#tell(this.#data.slots.length - 1);
    if (chosen !== null && chosen !== undefined && document.activeElement === this.#plot)
      this.#choose(chosen);
  }

  #show(uplot: uPlot): void {
    const { idx, left = -1 } = uplot.cursor;
    if (idx === null || idx === undefined || left < 0) {
      this.#tip.hide();
      return;
    }
    this.#tell(idx);
    this.#tip.show(this.#data, idx, uplot.over.offsetLeft + uplot.valToPos(idx, 'x'));
  }

  /** Says the values of a slot to who listens instead of looking. */
  #tell(at: number): void {
    const { slots, drawn } = this.#data;
    const values = drawn.map(({ name, words }) => `${name} ${words[at] ?? ''}`).join(', ');
    this.#plot.setAttribute('aria-valuenow', String(Math.max(0, at)));
    this.#plot.setAttribute('aria-valuetext', `${slots[at]?.whole ?? ''}: ${values}`);
  }

  #choose(at: number): void {
    const uplot = this.#uplot;
    if (uplot === undefined) return;
    const place = Math.min(Math.max(0, at), this.#data.slots.length - 1);
    uplot.setCursor({ left: uplot.valToPos(place, 'x'), top: 0 });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.#data.slots.length - 1;
    const at = this.#uplot?.cursor.idx ?? last;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) {
      if (event.key === 'Escape') this.#onBlur();
      return;
    }
    event.preventDefault();
    this.#choose(next);
  };

  readonly #onFocus = (): void => {
    // A pointer chooses for itself.
    if (this.#plot.matches(':focus-visible')) this.#choose(this.#data.slots.length - 1);
  };

  readonly #onBlur = (): void => {
    this.#uplot?.setCursor({ left: -10, top: -10 });
    this.#tip.hide();
  };
}
