/** What becomes of a call that is not quite what it asked for; told in a header of its answer. */
export class Warnings {
  readonly #list: string[] = [];

  /** `what` is ASCII and ours: no text of a stranger gets into a header. */
  add(what: string): void {
    if (!this.#list.includes(what)) this.#list.push(what);
  }

  /** A parameter that nobody here knows. */
  unknown(name: string): void {
    if (/^[A-Za-z_][\w.-]{0,63}$/.test(name)) this.add(`${name}: not known here, ignored`);
  }

  /** All of them on one line, at most a kilobyte; undefined where there is none. */
  get line(): string | undefined {
    if (this.#list.length === 0) return undefined;
    const line = this.#list.join('; ');
    return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
  }
}

/** Headers are short (characters). */
const longest = 1000;
