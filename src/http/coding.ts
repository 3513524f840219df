import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** More codings on one body than any server applies. */
const mostCodings = 3;

/**
 * `bytes` without their content coding (`content-encoding`, RFC 9110 §8.4): a copy to read from, while the
 * bytes themselves pass on as they came. Of zstd that was cut off the beginning may come out.
 *
 * @returns undefined where a coding is not known, the bytes are broken, or more than `most` would come out
 */
export function decoded(bytes: Uint8Array, coding: string | undefined, most: number): Uint8Array | undefined {
  const codings = (coding ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity');
  if (codings.length > mostCodings) return undefined;
  let plain = bytes;
  try {
    // The coding applied last is named last.
    for (const one of codings.toReversed()) {
      const decode = decoders.get(one);
      if (decode === undefined) return undefined;
      plain = decode(plain, { maxOutputLength: most });
    }
  } catch {
    return undefined;
  }
  return plain.length > most ? undefined : plain;
}

type Decode = (bytes: Uint8Array, limits: { maxOutputLength: number }) => Uint8Array;

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

/** `deflate` means the zlib format; some servers send what is inside it (RFC 9110 §8.4.1.2). */
function inflate(bytes: Uint8Array, limits: { maxOutputLength: number }): Uint8Array {
  const looksZlib = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
  return looksZlib ? inflateSync(bytes, limits) : inflateRawSync(bytes, limits);
}
