import type * as Zlib from 'node:zlib';

/** Loaded when the first compressed body comes: an idle proxy has no use for it (docs/decisions/0091). */
export function zlib(): typeof Zlib {
  return process.getBuiltinModule('node:zlib');
}

/** More codings on one body than any server applies. */
const mostCodings = 3;

/**
 * `bytes` without their content coding (`content-encoding`, RFC 9110 §8.4): a copy to read from, while the
 * bytes themselves pass on as they came. Of zstd that was cut off the beginning may come out.
 *
 * @returns undefined where a coding is not known, the bytes are broken, or more than `most` would come out
 */
export function decoded(bytes: Uint8Array, coding: string | undefined, most: number): Uint8Array | undefined {
  const codings = codingsOf(coding);
  if (codings === undefined) return undefined;
  let plain = bytes;
  try {
    for (const one of codings) plain = decode[one](plain, { maxOutputLength: most });
  } catch {
    return undefined;
  }
  return plain.length > most ? undefined : plain;
}

/** A content coding we can undo. */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

const codingByName: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['gzip', 'gzip'],
  // The same under its older name (RFC 9110 §8.4.1.3).
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/**
 * What a `content-encoding` names, in the order in which it is to be undone: the coding applied last stands
 * last there. None for `identity`.
 *
 * @returns undefined where one is not known, or the list is longer than any server's
 */
export function codingsOf(text: string | undefined): readonly Coding[] | undefined {
  const codings: Coding[] = [];
  for (const part of (text ?? '').toLowerCase().split(',')) {
    const name = part.trim();
    if (name === '' || name === 'identity') continue;
    const coding = codingByName.get(name);
    if (coding === undefined || codings.length === mostCodings) return undefined;
    codings.unshift(coding);
  }
  return codings;
}

const decode: Readonly<
  Record<Coding, (bytes: Uint8Array, limits: { maxOutputLength: number }) => Uint8Array>
> = {
  gzip: (bytes, limits) => zlib().gunzipSync(bytes, limits),
  deflate: (bytes, limits) =>
    looksZlib(bytes[0], bytes[1]) ? zlib().inflateSync(bytes, limits) : zlib().inflateRawSync(bytes, limits),
  br: (bytes, limits) => zlib().brotliDecompressSync(bytes, limits),
  zstd: (bytes, limits) => zlib().zstdDecompressSync(bytes, limits),
};

/**
 * Whether a body begins as the zlib format does (RFC 1950 §2.2). That is what `deflate` means; some servers
 * send what is inside it (RFC 9110 §8.4.1.2).
 */
export function looksZlib(first = 0, second = 0): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
