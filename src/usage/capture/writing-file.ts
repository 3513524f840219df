import { constants } from 'node:fs';
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { pathOfFile } from './file-name.ts';
import { fileHead, frameKind, sealFrame, type FileKey, type FrameKind } from './frame.ts';
import type { KeptBody, KeptCall } from './kept-call.ts';
import { pack, packed, pieceCount } from './pieces.ts';
import type { StoredAbout } from './reading-file.ts';

const { O_CREAT, O_EXCL, O_WRONLY } = constants;

/** A file of captures that is being written, by one process alone. What was appended survives the end of the process. */
export class WritingFile {
  readonly id: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #key: FileKey;
  #place = 0;
  #bytes = fileHead.length;

  private constructor(id: string, path: string, handle: FileHandle, key: FileKey) {
    this.id = id;
    this.#path = path;
    this.#handle = handle;
    this.#key = key;
  }

  /** Begins a file that is not there yet. @throws the system error */
  static async begin(folder: string, id: string, key: FileKey): Promise<WritingFile> {
    const path = pathOfFile(folder, id);
    const handle = await open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600);
    try {
      await handle.chmod(0o600);
      await writeAll(handle, fileHead);
      return new WritingFile(id, path, handle, key);
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether others would find it: somebody may have deleted it. */
  async isThere(): Promise<boolean> {
    const mine = await this.#handle.stat();
    const found = await stat(this.#path).catch(() => undefined);
    return found?.ino === mine.ino && found.dev === mine.dev;
  }

  /**
   * Appends a call, in one write as far as the system takes it.
   *
   * @throws the system error; then nothing may be appended any more, as part of a frame may be there
   */
  async append({ about, request, answer }: KeptCall): Promise<void> {
    const stored: StoredAbout = { ...about, request: sizesOf(request), answer: sizesOf(answer) };
    const frames = [await this.#frame(frameKind.call, await pack(Buffer.from(JSON.stringify(stored))))];
    for await (const piece of packed(request.kept)) frames.push(await this.#frame(frameKind.request, piece));
    for await (const piece of packed(answer.kept)) frames.push(await this.#frame(frameKind.answer, piece));
    await this.#write(Buffer.concat(frames));
  }

  /** Says that nothing follows, and closes. @throws the system error; it is closed all the same */
  async end(): Promise<void> {
    try {
      await this.#write(await this.#frame(frameKind.end, new Uint8Array()));
      await this.#handle.datasync();
    } finally {
      await this.#handle.close();
    }
  }

  /** Closes it as it is, without what was not written whole. */
  async giveUp(): Promise<void> {
    await this.#handle.truncate(this.#bytes).catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }

  #frame(kind: FrameKind, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const place = this.#place;
    this.#place += 1;
    return sealFrame(this.#key, place, kind, content);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#handle, bytes);
    this.#bytes += bytes.length;
  }
}

function sizesOf({ bytes, kept }: KeptBody) {
  return { bytes, kept: kept.length, pieces: pieceCount(kept.length) };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, at);
    if (bytesWritten === 0) throw new Error('the system took nothing');
    at += bytesWritten;
  }
}
