import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join as joined } from '../../http/bytes.ts';
import { frameKind, openFrame, pieceBytes, type FileKey } from './frame.ts';
import { FrameWalk, type FrameAt } from './frame-walk.ts';
import type { CallAbout } from './kept-call.ts';
import { unpack } from './pieces.ts';

/** Of a body: all that passed, what is kept of it, in so many frames. */
export interface StoredBody {
  readonly bytes: number;
  readonly kept: number;
  readonly pieces: number;
}

/** As it lies in the frame of a call. */
export interface StoredAbout extends CallAbout {
  readonly request: StoredBody;
  readonly answer: StoredBody;
}

/** A call as a file has it. */
export interface StoredCall {
  /** The place of its frame. */
  readonly place: number;
  readonly about: StoredAbout;
}

/**
 * How a file ends. `open`: at a frame, without the word that nothing follows: it is being written, its process was
 * killed, or somebody cut it. `torn`: within a frame. `damaged`: there are frames that were not written there.
 */
export type FileEnding = 'ended' | 'open' | 'torn' | 'damaged';

export type BodyPart = 'request' | 'answer';

/** A file of captures, read. A link is not followed. */
export class ReadingFile {
  readonly #handle: FileHandle;
  readonly #key: FileKey;

  private constructor(handle: FileHandle, key: FileKey) {
    this.#handle = handle;
    this.#key = key;
  }

  /** Opens the file at `path` for `use`. @throws the system error */
  static async with<T>(path: string, key: FileKey, use: (file: ReadingFile) => Promise<T>): Promise<T> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return await use(new ReadingFile(handle, key));
    } finally {
      await handle.close();
    }
  }

  /** Gives every call to `take`, the oldest first; of bodies nothing is read. */
  async calls(take: (call: StoredCall) => void): Promise<FileEnding> {
    const walk = await FrameWalk.over(this.#handle);
    if (walk === undefined) return 'damaged';
    for (;;) {
      const frame = await walk.next();
      if (frame === 'nothing') return 'open';
      if (frame === 'torn') return 'torn';
      const content = await this.#open(walk, frame);
      if (content === undefined) return 'damaged';
      if (frame.kind === frameKind.end) return (await walk.next()) === 'nothing' ? 'ended' : 'damaged';
      const about = frame.kind === frameKind.call ? aboutIn(await unpack(content)) : undefined;
      if (about === undefined) return 'damaged';
      for (let left = about.request.pieces + about.answer.pieces; left > 0; left -= 1) {
        const piece = await walk.next();
        // The call is there with all its frames, or it is not there.
        if (piece === 'nothing' || piece === 'torn') return 'torn';
      }
      take({ place: frame.place, about });
    }
  }

  /** What is kept of a body of the call at `place`; undefined where it is not what was written. */
  async body(place: number, part: BodyPart): Promise<Uint8Array | undefined> {
    const walk = await FrameWalk.over(this.#handle);
    const frame = await walk?.to(place);
    if (walk === undefined || frame?.kind !== frameKind.call) return undefined;
    const head = await this.#open(walk, frame);
    const about = head === undefined ? undefined : aboutIn(await unpack(head));
    if (about === undefined) return undefined;
    if (part === 'answer') for (let left = about.request.pieces; left > 0; left -= 1) await walk.next();
    const pieces: Uint8Array[] = [];
    for (let left = about[part].pieces; left > 0; left -= 1) {
      const found = await walk.next();
      if (found === 'nothing' || found === 'torn' || found.kind !== frameKind[part]) return undefined;
      const content = await this.#open(walk, found);
      const piece = content === undefined ? undefined : await unpack(content);
      if (piece === undefined) return undefined;
      pieces.push(piece);
    }
    return joined(pieces, about[part].kept);
  }

  async #open(walk: FrameWalk, frame: FrameAt): Promise<Uint8Array | undefined> {
    return openFrame(this.#key, frame.place, frame.kind, await walk.read(frame));
  }
}

/** It opened with the key, so it is ours; another version may have written it. */
function aboutIn(json: Uint8Array | undefined): StoredAbout | undefined {
  if (json === undefined) return undefined;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- authenticated: nobody else wrote it
    const about = JSON.parse(Buffer.from(json).toString()) as StoredAbout;
    return isBody(about.request) && isBody(about.answer) ? about : undefined;
  } catch {
    return undefined;
  }
}

function isBody({ pieces, kept }: StoredBody): boolean {
  return Number.isSafeInteger(pieces) && pieces >= 0 && kept <= pieces * pieceBytes;
}
