import { createHash } from 'node:crypto';
import { header } from '../http/headers.ts';
import { ClientLeft } from './body.ts';
import { codedError } from './error-codes.ts';
import { ApiError, invalid } from './errors.ts';
import type { Draws } from './ids.ts';
import { isObject, listOf, textAt } from './json.ts';
import { FormReader, type FormPart } from './multipart.ts';
import { pageByCursor } from './paging.ts';
import { jsonReply, type Reply } from './reply.ts';
import { piece, type Step } from './steps.ts';
import type { Visit } from './visit.ts';
import type { MessagesRequest } from './request.ts';

/** 500 MB a file (api.md §8), its form around it included. */
export const fileLimit = 500 * 1024 * 1024;

/** All files together; they are held in memory. */
const storageLimit = 2 * 1024 * 1024 * 1024;

/** Content leaves in chunks of this size. */
const chunkSize = 64 * 1024;

interface StoredFile {
  readonly id: string;
  readonly owner: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly chunks: readonly Uint8Array[];
  readonly size: number;
}

/** Files belong to the key that uploaded them; nobody else sees them. */
export class Files {
  readonly #files = new Map<string, StoredFile>();
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  get size(): number {
    return this.#files.size;
  }

  clear(): void {
    this.#files.clear();
  }

  /** `POST /v1/files`: the form is read as it arrives. */
  async upload(visit: Visit, now: number): Promise<Reply> {
    const parts = await readForm(visit);
    const part = parts.find(({ name }) => name === 'file');
    if (part === undefined) throw invalid('file: Field required');
    const stored = [...this.#files.values()].reduce((sum, { size }) => sum + size, 0);
    if (stored + part.size > storageLimit) throw codedError('storage_quota_exceeded');
    const lifetime = parts.find(({ name }) => name === 'expires_in_seconds');
    const seconds =
      lifetime === undefined ? undefined : Number(Buffer.concat([...lifetime.chunks]).toString());
    if (seconds !== undefined && !(seconds > 0))
      throw invalid('expires_in_seconds: Input should be greater than 0');
    const file: StoredFile = {
      id: this.#draws.id('file_'),
      owner: visit.key.name,
      filename: part.filename?.split(/[/\\]/).at(-1) || 'unnamed',
      mimeType: part.contentType ?? 'application/octet-stream',
      createdAt: now,
      expiresAt: seconds === undefined ? undefined : now + seconds * 1000,
      chunks: part.chunks,
      size: part.size,
    };
    this.#files.set(file.id, file);
    return jsonReply(metadata(file));
  }

  /** `GET /v1/files`, newest first; by `page` and by `after_id`, as both forms of the API are in use. */
  list({ key, query }: Visit, now: number): Reply {
    const mine = [...this.#files.values()]
      .filter((file) => file.owner === key.name && isAlive(file, now))
      .toReversed();
    const data = mine.map(metadata);
    const page = pageByCursor(afterId(data, query.get('after_id')), query);
    return jsonReply({
      data: page.data,
      next_page: page.next_page,
      has_more: page.next_page !== null,
      first_id: page.data[0]?.id ?? null,
      last_id: page.data.at(-1)?.id ?? null,
    });
  }

  /** `GET /v1/files/{id}`. */
  get(visit: Visit, id: string, now: number): Reply {
    return jsonReply(metadata(this.#find(visit.key.name, id, now)));
  }

  /** `GET /v1/files/{id}/content`: the very bytes that were uploaded. */
  content(visit: Visit, id: string, now: number): Reply {
    const file = this.#find(visit.key.name, id, now);
    return {
      status: 200,
      headers: ['content-type', file.mimeType, 'content-length', String(file.size)],
      body: { is: 'steps', steps: stepsOf(file.chunks), paced: false },
    };
  }

  /** `DELETE /v1/files/{id}`. */
  delete(visit: Visit, id: string, now: number): Reply {
    const file = this.#find(visit.key.name, id, now);
    this.#files.delete(file.id);
    return jsonReply({ id: file.id, type: 'file_deleted' });
  }

  /**
   * Refuses a message that names a file its key does not have.
   *
   * @throws ApiError 404
   */
  checkReferences({ messages }: MessagesRequest, owner: string, now: number): void {
    for (const block of messages.flatMap(({ content }) => content)) {
      const source = block['source'];
      const id =
        textAt(block, 'file_id') ??
        (textAt(source, 'type') === 'file' ? textAt(source, 'file_id') : undefined);
      if (id !== undefined) this.#find(owner, id, now);
      for (const inner of listOf(block['content'])) {
        const nested = isObject(inner) ? textAt(inner['source'], 'file_id') : undefined;
        if (nested !== undefined) this.#find(owner, nested, now);
      }
    }
  }

  #find(owner: string, id: string, now: number): StoredFile {
    const file = this.#files.get(id);
    if (file === undefined || file.owner !== owner) throw new ApiError(404, `File not found: ${id}`);
    if (!isAlive(file, now)) throw codedError('file_expired');
    return file;
  }
}

/** Reads the form and notes what came: hash and size of the whole body. */
function readForm({ call, notes }: Visit): Promise<readonly FormPart[]> {
  if (Number(header(call.headers, 'content-length') ?? 0) > fileLimit) throw new ApiError(413);
  const reader = new FormReader(header(call.headers, 'content-type'));
  const { body } = call;
  if (body === undefined) throw invalid('file: Field required');
  const hash = createHash('sha256');
  return new Promise((resolve, reject) => {
    let isOver = false;
    const refuse = (error: unknown): void => {
      isOver = true;
      body.cancel();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    body.start({
      chunk(bytes) {
        if (isOver) return;
        hash.update(bytes);
        notes.size += bytes.length;
        try {
          if (notes.size > fileLimit) throw new ApiError(413);
          reader.write(bytes);
        } catch (error) {
          refuse(error);
        }
      },
      end() {
        if (isOver) return;
        notes.sha256 = hash.digest('hex');
        try {
          resolve(reader.end());
        } catch (error) {
          refuse(error);
        }
      },
      fail(error) {
        reject(new ClientLeft(error.message, { cause: error }));
      },
    });
  });
}

function metadata(file: StoredFile) {
  return {
    type: 'file',
    id: file.id,
    filename: file.filename,
    mime_type: file.mimeType,
    size_bytes: file.size,
    created_at: new Date(file.createdAt).toISOString(),
    downloadable: true,
    expires_at: file.expiresAt === undefined ? null : new Date(file.expiresAt).toISOString(),
  };
}

function isAlive(file: StoredFile, now: number): boolean {
  return file.expiresAt === undefined || file.expiresAt > now;
}

function afterId<Item extends { id: string }>(items: readonly Item[], id: string | null): readonly Item[] {
  if (id === null) return items;
  const at = items.findIndex((item) => item.id === id);
  if (at === -1) throw invalid(`after_id: nothing has the id ${id}`);
  return items.slice(at + 1);
}

function* stepsOf(chunks: readonly Uint8Array[]): Generator<Step> {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += chunkSize) yield piece(chunk.subarray(at, at + chunkSize));
  }
}
