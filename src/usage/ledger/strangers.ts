/** Who calls without a key that is known has this id in the record of the call. */
const strangerId = 'unknown';
/** Rows for calls of strangers: enough to see what goes wrong. */
const mostAMinute = 60;
const minuteMs = 60_000;

/**
 * Says which calls get a row: those of strangers but for so many a minute. All of them are in the sums; but a flood of
 * calls that were refused must not push what others did out of the file.
 */
export class Strangers {
  #minute = Number.NaN;
  #count = 0;

  /** Whether a call of `clientId` at `now` (ms since the epoch) gets a row. */
  mayHaveRow(clientId: string, now: number): boolean {
    if (clientId !== strangerId) return true;
    const minute = Math.floor(now / minuteMs);
    if (minute !== this.#minute) this.#count = 0;
    this.#minute = minute;
    this.#count += 1;
    return this.#count <= mostAMinute;
  }
}
