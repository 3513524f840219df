import { sha256 } from '../base/hash.ts';

/** What passed of a body: how much, and its SHA-256 in hex. */
export interface BodyDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** A body as its client sent it. */
export interface CameDigest extends BodyDigest {
  /** Its end has come; else it was left, or answered before that. */
  readonly isWhole: boolean;
}

/** A body as one attempt handed it to the connection of its upstream. */
export interface SentDigest extends BodyDigest {
  /** From 1: the number of the attempt. */
  readonly attempt: number;
  readonly account: string;
}

/** The body of a request, as it came and as it went on. */
export interface DigestsOfCall {
  readonly came: CameDigest;
  /** Of the attempts that sent anything of it. */
  readonly went: readonly SentDigest[];
  /** It was said in another format: what went on is another body. */
  readonly isTranslated: boolean;
}

/**
 * Digests of a request's body on its way: of the chunks that came from the client, and again of the bytes that each
 * attempt handed to its connection. Whatever happens to the body in between shows.
 */
export class BodyDigests {
  readonly #came = new Digest();
  #isWhole = false;
  readonly #went: { readonly account: string; readonly digest: Digest }[] = [];

  /** A chunk of the body, as the client's connection gave it. */
  readonly came = (bytes: Uint8Array): void => {
    this.#came.add(bytes);
  };

  /** Nothing more of the body comes: it was there to its end. */
  cameWhole(): void {
    this.#isWhole = true;
  }

  /** An attempt begins on the account of this name; what is returned gets the bytes it sends. */
  attempt(account: string): (bytes: Uint8Array) => void {
    const digest = new Digest();
    this.#went.push({ account, digest });
    return (bytes) => {
      digest.add(bytes);
    };
  }

  /** What passed in all, once it is over; undefined for a call without a body. */
  look(isTranslated: boolean): DigestsOfCall | undefined {
    if (this.#came.bytes === 0) return undefined;
    const went = this.#went.flatMap(({ account, digest }, at) =>
      digest.bytes === 0 ? [] : [{ attempt: at + 1, account, ...digest.look() }],
    );
    return { came: { ...this.#came.look(), isWhole: this.#isWhole }, went, isTranslated };
  }
}

class Digest {
  readonly #hash = sha256();
  bytes = 0;

  add(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#hash.update(bytes);
  }

  look(): BodyDigest {
    return { bytes: this.bytes, sha256: this.#hash.copy().digest('hex') };
  }
}
