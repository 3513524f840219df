import { createHash } from 'node:crypto';

/** The parts of an embedded code signature (cs_blobs.h of xnu). Everything in it is big-endian. */
export const magic = {
  signature: 0xfade_0cc0,
  codeDirectory: 0xfade_0c02,
  requirements: 0xfade_0c01,
  cms: 0xfade_0b01,
} as const;

/** Where a part stands in the index; also the number of its hash before those of the pages. */
export const slot = { codeDirectory: 0, requirements: 2, entitlements: 5, cms: 0x1_0000 } as const;

/** Signed by nobody: the hashes hold the file together, and that is all. */
export const adhoc = 0x2;
/** The hardened runtime, which notarisation asks for. */
export const hardened = 0x1_0000;

export const pageSize = 4096;
export const hashSize = 32;
/** `CS_HASHTYPE_SHA256` */
const sha256Type = 2;
/** With the place of the text segment (`CS_SUPPORTSEXECSEG`). */
const version = 0x2_0400;
const headSize = 88;
/** `CS_EXECSEG_MAIN_BINARY` */
const mainBinary = 1n;

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

export interface CodeDirectoryInput {
  /** Everything before the signature. */
  readonly code: Buffer;
  readonly identifier: string;
  readonly text: { readonly fileOffset: number; readonly fileSize: number };
  readonly requirements: Buffer;
}

/** The hash of every page of `code`, and of the requirements, below what the program is called. */
export function codeDirectory({ code, identifier, text, requirements }: CodeDirectoryInput): Buffer {
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(code.length / pageSize);
  const specials = slot.requirements;
  const hashOffset = headSize + name.length + specials * hashSize;
  const made = Buffer.alloc(hashOffset + pages * hashSize);
  const head = [
    magic.codeDirectory,
    made.length,
    version,
    adhoc,
    hashOffset,
    headSize,
    specials,
    pages,
    code.length,
  ];
  head.forEach((value, index) => made.writeUInt32BE(value, index * 4));
  made.set([hashSize, sha256Type, 0, Math.log2(pageSize)], 36);
  made.writeBigUInt64BE(BigInt(text.fileOffset), 64);
  made.writeBigUInt64BE(BigInt(text.fileSize), 72);
  made.writeBigUInt64BE(mainBinary, 80);
  name.copy(made, headSize);
  sha256(requirements).copy(made, hashOffset - slot.requirements * hashSize);
  for (let page = 0; page < pages; page++)
    sha256(code.subarray(page * pageSize, (page + 1) * pageSize)).copy(made, hashOffset + page * hashSize);
  return made;
}

/** `magic`, the length of all, `content`. */
export function blob(kind: number, content: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(kind, 0);
  head.writeUInt32BE(8 + content.length, 4);
  return Buffer.concat([head, content]);
}

/** Joins the parts of a signature behind an index. */
export function superBlob(parts: readonly (readonly [slot: number, part: Buffer])[]): Buffer {
  const index = Buffer.alloc(4 + 8 * parts.length);
  index.writeUInt32BE(parts.length, 0);
  let offset = 8 + index.length;
  parts.forEach(([kind, part], at) => {
    index.writeUInt32BE(kind, 4 + 8 * at);
    index.writeUInt32BE(offset, 8 + 8 * at);
    offset += part.length;
  });
  return blob(magic.signature, Buffer.concat([index, ...parts.map(([, part]) => part)]));
}
