import type { AccountView } from '../admin/contract-accounts.ts';
import type { SampleCall } from './sample-client.ts';
import { clockTime } from './words.ts';

/** Something that happened, in words. */
export interface Happening {
  readonly at: number;
  readonly words: string;
}

/** Happenings kept for the screen. */
const mostKept = 50;

/** What the demo has seen so far, told as it happens. */
export class Story {
  readonly #tell: (happening: Happening) => void;
  readonly #now: () => number;
  readonly #homes = new Map<number, string>();
  #accounts: readonly AccountView[] = [];
  readonly happenings: Happening[] = [];
  readonly #firstBytes: number[] = [];
  served = 0;
  failed = 0;
  moved = 0;

  constructor(now: () => number, tell: (happening: Happening) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  get accounts(): readonly AccountView[] {
    return this.#accounts;
  }

  /** Median of the last calls (ms); undefined before the first. */
  get firstByteMs(): number | undefined {
    const sorted = this.#firstBytes.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  /** Takes the accounts as they stand now; what has changed is a happening. */
  look(accounts: readonly AccountView[]): void {
    for (const account of accounts) {
      const before = this.#accounts.find(({ id }) => id === account.id)?.standing;
      const { standing, name } = account;
      if (before === undefined || before.is === standing.is) continue;
      if (standing.is === 'resting') {
        const until = clockTime(Date.parse(standing.until), true);
        this.#add(`${name} has reached its limit and rests until ${until}`);
      } else if (standing.is === 'ready') this.#add(`${name} is ready again`);
      else this.#add(`${name} is ${standing.is}`);
    }
    this.#accounts = accounts;
  }

  /** Takes a call that is over. */
  note({ client, status, account, firstByteMs }: SampleCall): void {
    if (status !== 200) {
      this.failed += 1;
      const what = status === 0 ? 'its answer was cut off' : `it was answered ${status}`;
      this.#add(`session ${client} saw a failure: ${what}`);
      return;
    }
    this.served += 1;
    this.#firstBytes.push(firstByteMs);
    if (this.#firstBytes.length > 200) this.#firstBytes.shift();
    if (account === undefined) return;
    const home = this.#homes.get(client);
    this.#homes.set(client, account);
    if (home === undefined || home === account) return;
    const standing = this.#accounts.find(({ name }) => name === home)?.standing;
    // A conversation that begins may begin anywhere; only a limit makes one move.
    if (standing?.is !== 'resting') return;
    this.moved += 1;
    this.#add(`session ${client} moved from ${home} to ${account}; its client has noticed nothing`);
  }

  #add(words: string): void {
    const happening = { at: this.#now(), words };
    this.happenings.push(happening);
    if (this.happenings.length > mostKept) this.happenings.shift();
    this.#tell(happening);
  }
}
