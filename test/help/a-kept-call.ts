import type { CallRecord } from '../../src/usage/call-record.ts';
import type { Capture } from '../../src/usage/capture/capture.ts';
import { aboutCall, type KeptCall } from '../../src/usage/capture/kept-call.ts';
import type { Secret } from '../../src/base/secret.ts';
import { aCallRecord } from './a-call-record.ts';

/** A vault in memory, as far as captures use one. */
export class MemoryVault {
  readonly secrets = new Map<string, Secret>();
  /** What was done, in order: `set …`, `delete …`. */
  readonly done: string[] = [];
  /** Thrown by everything, where set. */
  trouble: Error | undefined;

  get(id: string): Promise<Secret | undefined> {
    return this.#answer(() => this.secrets.get(id));
  }

  set(id: string, secret: Secret): Promise<void> {
    return this.#answer(() => {
      this.done.push(`set ${id}`);
      this.secrets.set(id, secret);
    });
  }

  setAll(secrets: ReadonlyMap<string, Secret | undefined>): Promise<void> {
    return this.#answer(() => {
      for (const [id, secret] of secrets) {
        this.done.push(`${secret === undefined ? 'delete' : 'set'} ${id}`);
        if (secret === undefined) this.secrets.delete(id);
        else this.secrets.set(id, secret);
      }
    });
  }

  ids(): Promise<string[]> {
    return this.#answer(() => [...this.secrets.keys()].toSorted());
  }

  #answer<T>(give: () => T): Promise<T> {
    return this.trouble === undefined ? Promise.resolve(give()) : Promise.reject(this.trouble);
  }
}

/** A call with these bodies, ready to be written. */
export function aKeptCall(requestId: string, request: string, answer = 'an answer'): KeptCall {
  const body = (text: string) => ({ bytes: Buffer.byteLength(text), kept: Buffer.from(text) });
  return {
    about: aboutCall(aCallRecord({ requestId }), { request: [], answer: [] }),
    request: body(request),
    answer: body(answer),
  };
}

/** Lets a call of `over` pass by `capture`; says whether it was taken up. */
export function pass(
  capture: Capture,
  over: Partial<CallRecord>,
  request: string | Uint8Array = 'a prompt',
  answer: string | Uint8Array = 'an answer',
): boolean {
  const record = aCallRecord(over);
  const keeping = capture.begin({ id: record.clientId, name: record.clientName });
  keeping?.request(Buffer.from(request));
  keeping?.answer(Buffer.from(answer));
  keeping?.over(record, { request: [], answer: [] });
  return keeping !== undefined;
}
