import type { FileHandle } from 'node:fs/promises';
import { fileHead, frameHeadBytes, frameKind, longestFrame, type FrameKind } from './frame.ts';

/** A frame in a file, not yet read. */
export interface FrameAt {
  readonly place: number;
  readonly kind: FrameKind;
  /** Where its sealed content begins, and how long it is (bytes). */
  readonly at: number;
  readonly length: number;
}

/** Read at once: most frames are small, and few of them are wanted. */
const windowBytes = 64 * 1024;

const kinds: ReadonlyMap<number, FrameKind> = new Map(
  Object.values(frameKind).map((kind) => [kind, kind] as const),
);

/** Walks over the frames of a file, one after the other. */
export class FrameWalk {
  readonly #handle: FileHandle;
  readonly #size: number;
  #at = fileHead.length;
  #place = 0;
  #window: Uint8Array<ArrayBuffer> = new Uint8Array();
  #windowAt = 0;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /** Undefined where the file is none of captures. @throws the system error */
  static async over(handle: FileHandle): Promise<FrameWalk | undefined> {
    const found = await handle.stat();
    if (!found.isFile() || found.size < fileHead.length) return undefined;
    const walk = new FrameWalk(handle, found.size);
    const head = await walk.#bytes(0, fileHead.length);
    return Buffer.compare(head, fileHead) === 0 ? walk : undefined;
  }

  /** The next frame; `torn` where the file ends within it, or it is longer than any of ours. */
  async next(): Promise<FrameAt | 'nothing' | 'torn'> {
    if (this.#at === this.#size) return 'nothing';
    if (this.#at + frameHeadBytes > this.#size) return 'torn';
    const head = await this.#bytes(this.#at, frameHeadBytes);
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
    const kind = kinds.get(head[4] ?? 0);
    const at = this.#at + frameHeadBytes;
    if (kind === undefined || length > longestFrame || at + length > this.#size) return 'torn';
    const place = this.#place;
    this.#at = at + length;
    this.#place += 1;
    return { place, kind, at, length };
  }

  /** The frame at `place`, which lies ahead; undefined where there is none. */
  async to(place: number): Promise<FrameAt | undefined> {
    for (;;) {
      const frame = await this.next();
      if (frame === 'nothing' || frame === 'torn' || frame.place > place) return undefined;
      if (frame.place === place) return frame;
    }
  }

  read({ at, length }: FrameAt): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes(at, length);
  }

  async #bytes(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const from = at - this.#windowAt;
    if (from < 0 || from + length > this.#window.length) {
      const wanted = new Uint8Array(Math.max(length, Math.min(windowBytes, this.#size - at)));
      const { bytesRead } = await this.#handle.read(wanted, 0, wanted.length, at);
      this.#window = wanted.subarray(0, bytesRead);
      this.#windowAt = at;
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(from, from + length);
  }
}
