import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Settings } from '../../config/settings.ts';
import type { Vault } from '../../credentials/vault.ts';
import type { CallRecord } from '../call-record.ts';
import type { Keep } from '../keep.ts';
import { Archive } from './archive.ts';
import { makeFileKey } from './file-key.ts';
import { dayOf, dayOfFile, newFileId } from './file-name.ts';
import { makeFolder } from './folder.ts';
import { KeepingCall, sizeOf } from './keeping-call.ts';
import type { KeptCall } from './kept-call.ts';
import { isOneOf } from './one-of.ts';
import { filesToDestroy, strayKeys } from './retention.ts';
import { WritingFile } from './writing-file.ts';

export interface CaptureOptions {
  readonly folder: string;
  readonly vault: Pick<Vault, 'get' | 'set' | 'setAll' | 'ids'>;
  /** As they are now. */
  readonly settings: () => Settings['capture'];
  readonly clock: Clock;
  readonly log: Log;
  /** What running calls and those not yet written may hold together (bytes). */
  readonly mostHeldBytes?: number;
}

/** How the keeping goes. */
export interface CaptureState {
  /** Calls that are written, since the start. */
  readonly kept: number;
  /** Calls that should have been kept and were not: the disk was full or slow, or the vault shut. */
  readonly dropped: number;
  /** Why nothing can be written; undefined where it can. */
  readonly trouble: string | undefined;
}

const usualHeldBytes = 64 * 2 ** 20;
/** The parts in which the oldest goes when there is too much: files are not shortened. */
const filesInAll = 8;
/** After a failure nothing is kept for so long (ms). */
const pauseMs = 10_000;
/** How long closing waits for a disk (ms). */
const closeWithinMs = 5_000;

/** Keeps calls in files of a folder, off the way of the calls. What does not get through is dropped and counted. */
export class Capture {
  readonly archive: Archive;
  readonly #options: CaptureOptions;
  #waiting: { readonly kept: KeptCall; readonly day: string }[] = [];
  #heldBytes = 0;
  #file: WritingFile | undefined;
  /** One thing after the other: writing, destroying, closing. */
  #doing: Promise<void> = Promise.resolve();
  #isWriting = false;
  /** In all files, as far as is known here (bytes). */
  #bytes = 0;
  #kept = 0;
  #dropped = 0;
  #isDropTold = false;
  #trouble: string | undefined;
  #pausedUntil = 0;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.archive = new Archive(options.folder, options.vault);
  }

  readonly begin: Keep = ({ id, name }) => {
    const { enabled, clients, maxCallBytes } = this.#options.settings();
    if (!enabled || !isOneOf(clients, id, name)) return undefined;
    if (this.#options.clock.monotonic() < this.#pausedUntil) {
      this.#dropped += 1;
      return undefined;
    }
    return new KeepingCall({
      maxBodyBytes: maxCallBytes,
      take: (bytes) => this.#take(bytes),
      onOver: (kept, call) => {
        this.#over(kept, call);
      },
      onDropped: (taken) => {
        this.#heldBytes -= taken;
        this.#dropped += 1;
        if (!this.#isDropTold)
          this.#options.log.warn('captures are dropped: more is said than can be written');
        this.#isDropTold = true;
      },
    });
  };

  /** Keeps a call that was gathered elsewhere. */
  adopt(kept: KeptCall, call: CallRecord): void {
    const isPaused = this.#options.clock.monotonic() < this.#pausedUntil;
    if (!isPaused && this.#take(sizeOf(kept))) this.#over(kept, call);
    else this.#dropped += 1;
  }

  look(): CaptureState {
    return { kept: this.#kept, dropped: this.#dropped, trouble: this.#trouble };
  }

  /** Resolves when the calls that are over are written, or dropped. */
  flush(): Promise<void> {
    return this.#next(() => this.#write());
  }

  /** Destroys what is too old or too much. Never rejects. */
  sweep(): Promise<void> {
    return this.#next(() => this.#sweepQuietly());
  }

  /** Destroys the files that `choose` names, be it the one that is written now. @throws Problem of the vault */
  async destroy(choose: (id: string) => boolean): Promise<{ files: number; bytes: number }> {
    let gone = { files: 0, bytes: 0 };
    await this.#next(async () => {
      await this.#write();
      const files = (await this.archive.files()).filter(({ id }) => choose(id));
      if (this.#file !== undefined && choose(this.#file.id)) await this.#endFile();
      await this.archive.destroy(files.map(({ id }) => id));
      gone = { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
    return gone;
  }

  /** It was switched off: what is over is written, the file closed. */
  async rest(): Promise<void> {
    await this.#next(async () => {
      await this.#write();
      await this.#endFile();
    });
  }

  /** Writes what waits, within bounded time, and stops. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(closeWithinMs, resolve);
      void this.rest().finally(() => {
        cancel();
        resolve();
      });
    });
  }

  #take(bytes: number): boolean {
    if (this.#heldBytes + bytes > (this.#options.mostHeldBytes ?? usualHeldBytes)) return false;
    this.#heldBytes += bytes;
    return true;
  }

  #over(kept: KeptCall, { accountId = '', accountName = '' }: CallRecord): void {
    const { settings, clock } = this.#options;
    const { enabled, accounts } = settings();
    // Whoever turned it off meanwhile does not want this one either.
    if (!enabled || !isOneOf(accounts, accountId, accountName)) {
      this.#heldBytes -= sizeOf(kept);
      return;
    }
    this.#waiting.push({ kept, day: dayOf(clock.now()) });
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.flush();
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#doing.then(work);
    this.#doing = done.catch(() => undefined);
    return done;
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#append(next.kept, next.day);
        this.#kept += 1;
        this.#recovered();
      } catch (error) {
        await this.#failed(messageOf(error));
      }
      this.#heldBytes -= sizeOf(next.kept);
    }
    this.#isWriting = false;
    this.#isDropTold = false;
  }

  async #append(kept: KeptCall, day: string): Promise<void> {
    const file = await this.#fileFor(day);
    const before = file.bytes;
    await file.append(kept);
    this.#bytes += file.bytes - before;
    const { maxBytes } = this.#options.settings();
    if (file.bytes > maxBytes / filesInAll) await this.#endFile();
    if (this.#bytes > maxBytes) await this.#sweepQuietly();
  }

  async #fileFor(day: string): Promise<WritingFile> {
    const { folder, vault } = this.#options;
    const current = this.#file;
    if (current !== undefined) {
      if (dayOfFile(current.id) === day && (await current.isThere())) return current;
      await this.#endFile();
    }
    await makeFolder(folder);
    const id = newFileId(day, randomBytes(4).toString('hex'));
    // The key comes first: a file without one would be lost.
    const key = await makeFileKey(vault, id);
    try {
      this.#file = await WritingFile.begin(folder, id, key);
    } catch (error) {
      await this.archive.destroy([id]).catch(() => undefined);
      throw error;
    }
    return this.#file;
  }

  async #endFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.end().catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    const { settings, clock, vault, log } = this.#options;
    const now = clock.now();
    if (this.#file !== undefined && dayOfFile(this.#file.id) !== dayOf(now)) await this.#endFile();
    const files = await this.archive.files();
    const going = filesToDestroy(files, settings(), now, this.#file?.id);
    const stray = strayKeys(await vault.ids(), files, now);
    if (going.length + stray.length > 0) await this.archive.destroy([...going, ...stray]);
    if (going.length > 0) log.info('old captures destroyed', { files: going.length });
    this.#bytes = files.reduce((sum, { id, bytes }) => sum + (going.includes(id) ? 0 : bytes), 0);
  }

  /** The call is written; that an older one could not be destroyed is another matter. */
  async #sweepQuietly(): Promise<void> {
    await this.#sweep().catch((error: unknown) => {
      this.#options.log.warn('old captures cannot be destroyed', { reason: messageOf(error) });
    });
  }

  #recovered(): void {
    if (this.#trouble !== undefined)
      this.#options.log.info('captures are written again', { dropped: this.#dropped });
    this.#trouble = undefined;
  }

  /** What waits would fail as well, and is let go of. */
  async #failed(reason: string): Promise<void> {
    const { clock, log } = this.#options;
    if (this.#trouble === undefined) log.warn('captures cannot be written; calls are not kept', { reason });
    this.#trouble = reason;
    this.#pausedUntil = clock.monotonic() + pauseMs;
    for (const { kept } of this.#waiting.splice(0)) {
      this.#heldBytes -= sizeOf(kept);
      this.#dropped += 1;
    }
    this.#dropped += 1;
    const file = this.#file;
    this.#file = undefined;
    await file?.giveUp();
  }
}
