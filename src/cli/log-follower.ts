import { type FileHandle, open, stat } from 'node:fs/promises';
import { oldLogs } from '../base/log-archive.ts';

const lineEnd = 10;

/** Reads what is appended to a log from now on, also when its file is renamed and a new one begins. */
export class LogFollower {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #ino = 0;
  #at = 0;
  /** The beginning of a line that is not yet whole. */
  #rest: Uint8Array = new Uint8Array();

  constructor(path: string) {
    this.#path = path;
  }

  /** Begins at the end of the file; says how large it is. */
  async start(): Promise<number> {
    await this.#open(this.#path);
    if (this.#handle !== undefined) this.#at = (await this.#handle.stat()).size;
    return this.#at;
  }

  /** The lines since the last look. */
  async look(): Promise<string[]> {
    const lines = await this.#readOn();
    const there = await stat(this.#path).catch(() => undefined);
    if (there === undefined) return lines;
    if (this.#handle !== undefined && there.ino === this.#ino) {
      // Emptied where it is (`copytruncate`).
      if (there.size < this.#at) {
        this.#at = 0;
        this.#rest = new Uint8Array();
      }
      return lines;
    }
    // Something may have been written to it between the look and its renaming.
    lines.push(...(await this.#readOn()));
    for (const path of [...(await this.#since()), this.#path]) {
      await this.close();
      await this.#open(path);
      lines.push(...(await this.#readOn()));
    }
    return lines;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#at = 0;
    this.#rest = new Uint8Array();
  }

  /** Files that came and went since the one that is open was the current one. */
  async #since(): Promise<string[]> {
    if (this.#handle === undefined) return [];
    const old = await oldLogs(this.#path);
    const inodes = await Promise.all(
      old.map(({ path }) =>
        stat(path).then(
          ({ ino }) => ino,
          () => undefined,
        ),
      ),
    );
    const ours = inodes.lastIndexOf(this.#ino);
    const after = ours === -1 ? [] : old.slice(ours + 1);
    return after.filter(({ isCompressed }) => !isCompressed).map(({ path }) => path);
  }

  async #open(path: string): Promise<void> {
    this.#handle = await open(path, 'r').catch(() => undefined);
    this.#ino = this.#handle === undefined ? 0 : (await this.#handle.stat()).ino;
    this.#at = 0;
  }

  async #readOn(): Promise<string[]> {
    const chunks: Uint8Array[] = [this.#rest];
    while (this.#handle !== undefined) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(65_536), 0, 65_536, this.#at);
      if (bytesRead === 0) break;
      this.#at += bytesRead;
      chunks.push(buffer.subarray(0, bytesRead));
    }
    const bytes = Buffer.concat(chunks);
    const end = bytes.lastIndexOf(lineEnd) + 1;
    this.#rest = bytes.subarray(end);
    return bytes
      .toString('utf8', 0, end)
      .split('\n')
      .filter((line) => line !== '');
  }
}
