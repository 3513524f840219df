/** An hour on the clock of the wall where the proxy runs. */
export interface Hour {
  /** `2026-11-25`. */
  readonly day: string;
  /** 0 … 23. */
  readonly hour: number;
}

/** Every time zone there is differs from UTC by quarters of an hour, so an hour begins with one of them. */
const quarterMs = 900_000;

/** Says which hour a moment falls into; calls come in order, so the answer is mostly the one before. */
export class Hours {
  #quarter = Number.NaN;
  #hour: Hour = { day: '', hour: 0 };

  /** `moment` in milliseconds since the epoch. */
  of(moment: number): Hour {
    const quarter = Math.floor(moment / quarterMs);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#hour = hourAt(moment);
    }
    return this.#hour;
  }
}

/** The hour of the time zone of this process that `moment` falls into. */
export function hourAt(moment: number): Hour {
  const date = new Date(moment);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return { day, hour: date.getHours() };
}
