import { invalid } from './errors.ts';

/** One part of a form: its name, what it says about itself, and its bytes as they came. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly chunks: readonly Uint8Array[];
  readonly size: number;
}

/** A part's headers may not be longer (bytes). */
const longestHead = 16_384;

/**
 * Reads `multipart/form-data` as it arrives (RFC 7578): nothing is looked at twice but what might be the
 * beginning of a delimiter.
 */
export class FormReader {
  readonly #delimiter: Buffer;
  #rest: Buffer;
  #state: 'preamble' | 'head' | 'part' | 'done' = 'preamble';
  #part: { name: string; filename: string | undefined; contentType: string | undefined } | undefined;
  #chunks: Uint8Array[] = [];
  readonly #parts: FormPart[] = [];

  /** @throws ApiError 400 where `contentType` is not that of a form */
  constructor(contentType: string | undefined) {
    const [, quoted, plain] =
      /^multipart\/form-data\s*;.*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '') ?? [];
    const boundary = quoted ?? plain;
    if (boundary === undefined)
      throw invalid('content-type: multipart/form-data with a boundary is required');
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    // The first delimiter may stand at the very beginning, without the line break before it.
    this.#rest = Buffer.from('\r\n');
  }

  /** @throws ApiError 400 for a part without a name or with an endless head */
  write(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#advance());
  }

  /** @throws ApiError 400 where the last delimiter is missing */
  end(): readonly FormPart[] {
    if (this.#state !== 'done') throw invalid('The multipart body ended before its last boundary.');
    return this.#parts;
  }

  /** Whether there is more to be read from the bytes at hand. */
  #advance(): boolean {
    if (this.#state === 'head') return this.#readHead();
    if (this.#state !== 'done') return this.#untilDelimiter();
    this.#rest = Buffer.alloc(0);
    return false;
  }

  #untilDelimiter(): boolean {
    const at = this.#rest.indexOf(this.#delimiter);
    const end = at + this.#delimiter.length;
    if (at === -1 || this.#rest.length < end + 2) {
      this.#keep(at === -1 ? this.#rest.length - this.#delimiter.length + 1 : at);
      return false;
    }
    const after = this.#rest.toString('latin1', end, end + 2);
    if (after !== '--' && after !== '\r\n') {
      // It only looked like a delimiter.
      this.#keep(at + 1);
      return true;
    }
    this.#keep(at);
    this.#endPart();
    this.#rest = this.#rest.subarray(this.#delimiter.length);
    this.#state = after === '--' ? 'done' : 'head';
    return true;
  }

  /** Moves the first `count` bytes from the rest to the part they belong to. */
  #keep(count: number): void {
    if (count <= 0) return;
    if (this.#part !== undefined) this.#chunks.push(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
  }

  #endPart(): void {
    if (this.#part === undefined) return;
    const size = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.#parts.push({ ...this.#part, chunks: this.#chunks, size });
    this.#part = undefined;
    this.#chunks = [];
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end === -1) {
      if (this.#rest.length > longestHead) throw invalid('The head of a multipart part is too long.');
      return false;
    }
    this.#part = partFrom(this.#rest.toString('utf8', 0, end));
    this.#rest = this.#rest.subarray(end + 4);
    this.#state = 'part';
    return true;
  }
}

function partFrom(head: string): {
  name: string;
  filename: string | undefined;
  contentType: string | undefined;
} {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const [, name] = /[;\s]name="([^"]*)"/i.exec(disposition) ?? [];
  const [, filename] = /[;\s]filename="([^"]*)"/i.exec(disposition) ?? [];
  const [, contentType] = /^content-type:\s*(\S[^\r\n]*)$/im.exec(head) ?? [];
  if (name === undefined) throw invalid('A part of the multipart body has no name.');
  return { name, filename, contentType: contentType?.trim() };
}
