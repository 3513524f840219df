import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { sleepAwake } from '../base/clock.ts';
import { sizeText } from '../base/size-words.ts';
import { header, type HeaderList } from '../http/headers.ts';
import { ask, joined, leastBytes, refused, unreachable, type Answered, type Asking } from './asking.ts';
import { wrongHash } from './feed.ts';
import { roomProblem } from './room.ts';
import type { Asset } from './release.ts';

/** Tries in a row that bring nothing new, before one gives up. */
const mostVainTries = 3;
/** Tries of any sort: a server that gives a little each time must come to an end, too. */
const mostTries = 100;

/** Hears how far it is, in bytes. */
export type Progress = (bytes: number, of: number) => void;

/**
 * Loads `asset` from `url` into the file at `path`, and goes on where an earlier try of the same file ended. Gives
 * no file but the one that was asked for: its size and its hash are those of the release.
 *
 * @throws Problem update-unreachable, update-redirected, update-feed-refused, update-feed-invalid,
 *   update-hash-wrong, update-no-room; what can be gone on with is kept
 */
export async function download(
  url: URL,
  asset: Asset,
  path: string,
  asking: Asking,
  onProgress: Progress = () => {},
): Promise<void> {
  const began = await sizeOf(path);
  if (began > asset.size) await rm(path, { force: true });
  await loadAll(url, asset, path, asking, onProgress);
  if ((await sha256OfFile(path)) === asset.sha256) return;
  await rm(path, { force: true });
  if (began === 0) throw wrongHash(asset.name);
  // What lay there from an earlier try may have been damaged: once more from the beginning.
  await loadAll(url, asset, path, asking, onProgress);
  if ((await sha256OfFile(path)) === asset.sha256) return;
  await rm(path, { force: true });
  throw wrongHash(asset.name);
}

async function loadAll(
  url: URL,
  asset: Asset,
  path: string,
  asking: Asking,
  onProgress: Progress,
): Promise<void> {
  let vain = 0;
  for (let tries = 1; (await sizeOf(path)) < asset.size; tries += 1) {
    const before = await sizeOf(path);
    const broke = await loadRest(url, asset, path, asking, onProgress);
    const size = await sizeOf(path);
    vain = size > before ? 0 : vain + 1;
    if (vain >= mostVainTries || tries >= mostTries) {
      const reason = broke?.message ?? 'it begins again and again';
      throw unreachable(url, `${reason} after ${sizeText(size)} of ${sizeText(asset.size)}`, broke);
    }
    if (broke !== undefined) await sleepAwake(asking.clock, asking.patience.pauseMs, asking.signal);
  }
}

/** One try. Resolves with what broke it; undefined where it came to its end. @throws Problem that ends all tries */
async function loadRest(
  url: URL,
  asset: Asset,
  path: string,
  asking: Asking,
  onProgress: Progress,
): Promise<Error | undefined> {
  const from = await sizeOf(path);
  const left = new AbortController();
  const range: HeaderList = from === 0 ? [] : ['range', `bytes=${from}-`];
  let answered: Answered;
  try {
    answered = await ask(url, range, asking, joined(left.signal, asking.signal));
  } catch (error) {
    // Not reached at all: one more try may. Whatever else it is stays so.
    if (error instanceof Problem && error.code === 'update-unreachable' && from > 0) return error;
    throw error;
  }
  try {
    const start = startOf(answered, from, asset, url);
    if (start === 'over') {
      await rm(path, { force: true });
      return undefined;
    }
    return await store(answered, { start, path, asset, onProgress }, asking);
  } finally {
    left.abort();
  }
}

/** At which byte the answer begins; `over` where the server cannot go on. @throws Problem where it is another file */
function startOf(
  { status, headers }: Answered,
  from: number,
  { size, name }: Asset,
  url: URL,
): number | 'over' {
  if (status === 416 && from > 0) return 'over';
  const length = header(headers, 'content-length');
  if (status === 206 && from > 0) {
    if (header(headers, 'content-range')?.trim() === `bytes ${from}-${size - 1}/${size}`) return from;
    throw anotherFile(name);
  }
  if (status !== 200) throw refused(url, status);
  if (length !== undefined && Number(length) !== size) throw anotherFile(name);
  const coding = header(headers, 'content-encoding') ?? 'identity';
  if (coding !== 'identity') throw anotherFile(name);
  return 0;
}

interface Storing {
  readonly start: number;
  readonly path: string;
  readonly asset: Asset;
  readonly onProgress: Progress;
}

/** Writes what comes behind `start`. Resolves with what broke it. @throws Problem update-hash-wrong, update-no-room */
async function store(
  { body }: Answered,
  { start, path, asset, onProgress }: Storing,
  asking: Asking,
): Promise<Error | undefined> {
  if (start === 0) await rm(path, { force: true });
  const file = await open(path, 'a', 0o600).catch((error: unknown) => {
    throw roomProblem(error, dirname(path));
  });
  const stall = new Stall(asking, start);
  try {
    let at = start;
    for (;;) {
      const next = await Promise.race([body.next(), stall.over]);
      if (next.done === true) break;
      at += next.value.length;
      if (at > asset.size) {
        await truncate(path, 0);
        throw anotherFile(asset.name);
      }
      await write(file, next.value, path);
      stall.sees(at);
      onProgress(at, asset.size);
    }
    await file.sync();
    return at < asset.size ? new Error('it ended') : undefined;
  } catch (error) {
    if (error instanceof Problem) throw error;
    return new Error(`it broke off (${messageOf(error)})`, { cause: error });
  } finally {
    stall.end();
    await file.close();
  }
}

async function write(file: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (error) {
    // A disk without room is not kept full by half a download.
    await rm(path, { force: true });
    throw roomProblem(error, dirname(path));
  }
}

/** Notices that hardly anything comes any more. */
class Stall {
  /** Rejects then. */
  readonly over: Promise<never>;
  readonly #reject: (error: Error) => void;
  readonly #asking: Asking;
  #seen: number;
  #counted: number;
  #cancel = (): void => {};

  constructor(asking: Asking, start: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.over = promise;
    this.over.catch(() => {});
    this.#reject = reject;
    this.#asking = asking;
    this.#seen = start;
    this.#counted = start;
    this.#wait();
  }

  sees(bytes: number): void {
    this.#seen = bytes;
  }

  end(): void {
    this.#cancel();
  }

  #wait(): void {
    const { clock, patience } = this.#asking;
    this.#cancel = clock.after(patience.stallMs, () => {
      if (this.#seen - this.#counted < leastBytes) {
        this.#reject(new Error(`hardly anything came for ${patience.stallMs / 1_000} seconds`));
        return;
      }
      this.#counted = this.#seen;
      this.#wait();
    });
  }
}

/** SHA-256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }))
    hash.update(Buffer.from(chunk));
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function anotherFile(name: string): Problem {
  const fix =
    'Nothing was changed. Try again later; if it stays so, see that `update.feed_url` is the address of releases.';
  return new Problem('update-feed-invalid', `What the feed sends for ${name} is another file.`, fix);
}
