interface Waiting {
  readonly alone: boolean;
  readonly go: () => void;
}

/**
 * Who may send to the one connection. Single statements go as they come, one behind the other; while a
 * transaction is open, what does not belong to it waits in line, and so does the next transaction.
 */
export class Gate {
  #held = false;
  readonly #line: Waiting[] = [];

  /** Calls `go` as soon as no transaction is open and nobody came before. */
  pass(go: () => void): void {
    this.#enter({ alone: false, go });
  }

  /** Calls `go` when it is this transaction's turn; the gate stays shut to others until `leave`. */
  hold(go: () => void): void {
    this.#enter({ alone: true, go });
  }

  leave(): void {
    this.#held = false;
    while (!this.#held) {
      const next = this.#line.shift();
      if (next === undefined) return;
      this.#held = next.alone;
      next.go();
    }
  }

  #enter(waiting: Waiting): void {
    this.#line.push(waiting);
    if (!this.#held && this.#line.length === 1) this.leave();
  }
}
