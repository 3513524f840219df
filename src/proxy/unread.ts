import type { Log } from '../base/log.ts';

/** More causes than there are; what varies with every answer is not remembered beyond. */
const mostCauses = 50;

/** Says why usage could not be read: each cause once as a warning, since it may come with every call. */
export class Unread {
  readonly #log: Log;
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  tell(reason: string, request: string): void {
    const isNew = !this.#told.has(reason) && this.#told.size < mostCauses;
    if (isNew) this.#told.add(reason);
    this.#log[isNew ? 'warn' : 'debug']('usage not read', { reason, request });
  }
}
