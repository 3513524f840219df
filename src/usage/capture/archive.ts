import { ownCommand } from '../../base/own-command.ts';
import { Problem } from '../../base/problem.ts';
import type { Vault } from '../../credentials/vault.ts';
import { destroyFileKeys, fileKey } from './file-key.ts';
import { dayOfFile, isFileId, pathOfFile } from './file-name.ts';
import { filesIn, removeFile, type FileThere } from './folder.ts';
import { ReadingFile, type BodyPart, type FileEnding, type StoredCall } from './reading-file.ts';

/** A call in the archive, with the file it lies in. */
export interface ArchivedCall extends StoredCall {
  readonly file: string;
}

/** What cannot be read, or not to its end. */
export interface Flaw {
  readonly file: string;
  readonly is: 'without-key' | Exclude<FileEnding, 'ended' | 'open'>;
}

export interface Listing {
  /** Oldest first. */
  readonly calls: readonly ArchivedCall[];
  readonly flaws: readonly Flaw[];
}

export interface ListAsk {
  /** The newest so many. */
  readonly limit: number;
  /** Only of files that were begun on this day. */
  readonly day?: string | undefined;
  readonly requestId?: string | undefined;
}

/** What was kept, read and destroyed. Every method may throw Problems of the vault, `capture-refused` and system errors. */
export class Archive {
  readonly #folder: string;
  readonly #vault: Pick<Vault, 'get' | 'setAll'>;

  constructor(folder: string, vault: Pick<Vault, 'get' | 'setAll'>) {
    this.#folder = folder;
    this.#vault = vault;
  }

  /** Oldest first. */
  files(): Promise<readonly FileThere[]> {
    return filesIn(this.#folder);
  }

  async list({ limit, day, requestId }: ListAsk): Promise<Listing> {
    const files = (await this.files()).filter(({ id }) => day === undefined || dayOfFile(id) === day);
    const parts: ArchivedCall[][] = [];
    const flaws: Flaw[] = [];
    let left = limit;
    for (const { id } of files.toReversed()) {
      if (left <= 0) break;
      const calls: ArchivedCall[] = [];
      const ending = await this.#read(id, (call) => {
        if (requestId !== undefined && call.about.requestId !== requestId) return;
        calls.push({ ...call, file: id });
        if (calls.length > left) calls.shift();
      });
      if (ending !== 'ended' && ending !== 'open' && ending !== 'gone') flaws.push({ file: id, is: ending });
      parts.push(calls);
      left -= calls.length;
    }
    return { calls: parts.toReversed().flat(), flaws };
  }

  /** The newest call with this id. @throws Problem capture-unknown, capture-key-missing, capture-damaged */
  async find(requestId: string): Promise<ArchivedCall> {
    const { calls, flaws } = await this.list({ limit: 1, requestId });
    const [found] = calls;
    if (found !== undefined) return found;
    const title = `No call "${requestId}" was kept.`;
    const [flaw] = flaws;
    throw flaw === undefined ? unknown(title) : flawed(flaw, title);
  }

  /** What is kept of a body. @throws Problem capture-unknown, capture-key-missing, capture-damaged */
  async body(file: string, place: number, part: BodyPart): Promise<Uint8Array> {
    const isThere = isFileId(file) && (await this.files()).some(({ id }) => id === file);
    if (!isThere) throw unknown('There is no such capture any more.');
    const key = await fileKey(this.#vault, file);
    if (key === undefined) throw flawed({ file, is: 'without-key' });
    const bytes = await ReadingFile.with(this.#path(file), key, (open) => open.body(place, part));
    if (bytes === undefined) throw flawed({ file, is: 'damaged' });
    return bytes;
  }

  /** Destroys files: first their keys, so that whatever happens then nobody reads them any more. */
  async destroy(ids: readonly string[]): Promise<void> {
    await destroyFileKeys(this.#vault, ids);
    for (const id of ids) await removeFile(this.#folder, id);
  }

  async #read(id: string, take: (call: StoredCall) => void): Promise<FileEnding | 'without-key' | 'gone'> {
    const key = await fileKey(this.#vault, id);
    if (key === undefined) return 'without-key';
    try {
      return await ReadingFile.with(this.#path(id), key, (file) => file.calls(take));
    } catch (error) {
      // Destroyed a moment ago.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'gone';
      throw error;
    }
  }

  #path(id: string): string {
    return pathOfFile(this.#folder, id);
  }
}

function unknown(title: string): Problem {
  return new Problem('capture-unknown', title, `\`${ownCommand('capture list')}\` shows what there is.`);
}

/** Why a file gives nothing away; `before` is said first. */
function flawed({ file, is }: Flaw, before = ''): Problem {
  const title = (what: string): string => [before, `The file ${file}.capture ${what}.`].join(' ').trim();
  return is === 'without-key'
    ? new Problem(
        'capture-key-missing',
        title('cannot be opened: its key is not in the vault'),
        'Without credentials.json as it was, it is lost; `capture delete` removes it.',
      )
    : new Problem(
        'capture-damaged',
        title('is not what was written, from some place on'),
        `\`${ownCommand('capture list')}\` shows what can still be read of it.`,
      );
}
