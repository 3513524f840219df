import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import { tidyOldLogs, type LogKeeping } from './log-archive.ts';
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts';

/** How large the file may become, and how much of the past stays beside it. */
export interface LogLimits extends LogKeeping {
  readonly maxBytes: number;
}

export interface LogFileOptions extends Pick<RotatingFileOptions, 'path' | 'isOwnFolder'> {
  readonly limits: LogLimits;
  readonly clock: Clock;
  /** It cannot be written; said once, until it can be again. */
  readonly onTrouble: (reason: string) => void;
  /** It can be written again; so many lines are nowhere. */
  readonly onRecovery: (lost: number) => void;
}

/** Lines wait this long for company (ms): what `kill -9` may lose. */
const waitMs = 100;
/** More than this is written at once (characters). */
const mostWaiting = 128 * 1024;
/** Beyond this, lines are dropped and counted (characters): the disk is slow, full or gone. */
const mostHeld = 1024 * 1024;
/** After a failure (ms). */
const retryMs = 1_000;
/** A file is compressed this long after it was the current one (ms). */
const tidyMs = 15_000;

/** The log in its file. Writing never blocks and never throws. Several processes may write to one path. */
export class LogFile {
  readonly path: string;
  /** May be changed at any time. */
  limits: LogLimits;
  readonly #options: LogFileOptions;
  readonly #file: RotatingFile;
  /** Lines not yet taken up, in parts that are written at once; the last of them still grows. */
  readonly #parts: string[] = [];
  #waiting = '';
  /** All of them together (characters). */
  #held = 0;
  /** What is being written, or could not be. */
  #bytes: Uint8Array = new Uint8Array();
  #draining: Promise<void> | undefined;
  #tidying: Promise<void> | undefined;
  #cancelWrite: (() => void) | undefined;
  #cancelTidy: (() => void) | undefined;
  #lost = 0;
  #trouble: string | undefined;
  #isClosed = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.path = options.path;
    this.limits = options.limits;
    this.#file = new RotatingFile({
      ...options,
      maxBytes: () => this.limits.maxBytes,
      onOpened: () => {
        this.#tidy();
        this.#cancelTidy ??= options.clock.after(tidyMs, () => {
          this.#cancelTidy = undefined;
          this.#tidy();
        });
      },
    });
  }

  /** Why it cannot be written; undefined where it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Lines dropped since it was last written. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#isClosed || this.#held + line.length > mostHeld) {
      this.#lost += 1;
      return;
    }
    this.#held += line.length;
    this.#waiting += line;
    const isMuch = this.#waiting.length >= mostWaiting;
    if (isMuch) this.#parts.push(this.#waiting);
    if (isMuch) this.#waiting = '';
    if (this.#draining !== undefined || this.#trouble !== undefined) return;
    if (isMuch) void this.#drain();
    else this.#writeSoon();
  }

  /** Whoever moved the file away wants to see a new one. */
  reopen(): void {
    this.#file.reopen();
    void this.#drain();
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drain();
    this.#cancelWrite?.();
    this.#cancelTidy?.();
    await this.#tidying;
    await this.#file.close();
  }

  /** Writes what waits as the process ends. */
  flushNow(): void {
    this.#isClosed = true;
    try {
      this.#file.finishNow(this.#bytes, Buffer.from(this.#parts.join('') + this.#waiting));
    } catch {
      // There is nobody left to tell.
    }
    this.#bytes = new Uint8Array();
    this.#parts.length = 0;
    this.#waiting = '';
    this.#held = 0;
  }

  #writeSoon(): void {
    this.#cancelWrite ??= this.#options.clock.after(waitMs, () => void this.#drain());
  }

  /** One at a time; never rejects. */
  #drain(): Promise<void> {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    this.#draining ??= this.#writeAll().finally(() => {
      this.#draining = undefined;
      // What came after the last look, and before this.
      if (this.#held > 0 && this.#trouble === undefined && !this.#isClosed) this.#writeSoon();
    });
    return this.#draining;
  }

  /** All that had come when it began; what comes meanwhile waits for company again, however busy the proxy is. */
  async #writeAll(): Promise<void> {
    if (this.#waiting !== '') this.#parts.push(this.#waiting);
    this.#waiting = '';
    try {
      do {
        if (this.#bytes.length === 0) this.#bytes = this.#next();
        const taken = await this.#file.append(this.#bytes);
        this.#bytes = this.#bytes.subarray(taken);
      } while (this.#bytes.length > 0 || this.#parts.length > 0 || (this.#isClosed && this.#held > 0));
      this.#recovered();
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  #next(): Uint8Array {
    const part = this.#parts.shift();
    const text = part ?? this.#waiting;
    if (part === undefined) this.#waiting = '';
    this.#held -= text.length;
    return Buffer.from(text);
  }

  #failed(reason: string): void {
    const isNew = this.#trouble === undefined;
    this.#trouble = reason;
    if (!this.#isClosed) this.#cancelWrite = this.#options.clock.after(retryMs, () => void this.#drain());
    if (isNew) this.#options.onTrouble(reason);
  }

  #recovered(): void {
    const lost = this.#lost;
    const hadTrouble = this.#trouble !== undefined;
    this.#lost = 0;
    this.#trouble = undefined;
    if (hadTrouble || lost > 0) this.#options.onRecovery(lost);
  }

  #tidy(): void {
    const { path, clock } = this.#options;
    this.#tidying ??= tidyOldLogs(path, this.limits, clock.now()).finally(() => {
      this.#tidying = undefined;
    });
  }
}
