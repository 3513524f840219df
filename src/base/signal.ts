/** What most of us need of an `AbortSignal`: whether somebody is gone, and to be told. Every `AbortSignal` is one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The signal of somebody who may leave. One of the platform costs more than all else that a small call needs of
 * its connection: it is an event target, made natively and collected as such.
 */
export class Leaving implements Signal {
  #listeners: ((() => void) | undefined)[] = [];
  #reason: unknown;
  #isGone = false;

  get aborted(): boolean {
    return this.#isGone;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Whoever is added is told once, since nobody leaves twice. */
  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#isGone && !this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at === -1) return;
    // While all are told, nobody's place changes.
    if (this.#isGone) this.#listeners[at] = undefined;
    else this.#listeners.splice(at, 1);
  }

  /** Gone, once; what one listener throws keeps nobody else from hearing of it. */
  leave(reason: Error): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#reason = reason;
    let thrown: { readonly error: unknown } | undefined;
    for (const listener of this.#listeners) {
      try {
        listener?.();
      } catch (error) {
        thrown ??= { error };
      }
    }
    this.#listeners = [];
    if (thrown !== undefined) throw thrown.error;
  }
}

/** The same signal for the platform's own functions, which take no other. */
export function nativeSignal(signal: Signal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  const leave = (): void => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return controller.signal;
}
