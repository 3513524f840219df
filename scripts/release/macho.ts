/** Mach-O executables, as far as signing and joining them needs it (mach-o/loader.h, mach-o/fat.h of macOS). */

export type Processor = 'x86_64' | 'arm64';

/** One program of a file: all of it, or that of one processor in a universal binary. */
export interface Slice {
  readonly processor: Processor;
  /** Where it stands in the file. */
  readonly offset: number;
  readonly bytes: Buffer;
}

interface Segment {
  /** Of its load command, in the slice. */
  readonly command: number;
  readonly fileOffset: number;
  readonly fileSize: number;
}

/** What a slice says of itself in its load commands. */
export interface Loaded {
  readonly processor: Processor;
  readonly segments: ReadonlyMap<string, Segment>;
  /** The code signature: its load command, and the part of the slice it names. */
  readonly signature:
    | { readonly command: number; readonly offset: number; readonly size: number }
    | undefined;
  /** The oldest macOS it runs on: `13.0`. */
  readonly leastSystem: string | undefined;
}

export const processorNumbers: Readonly<Record<Processor, number>> = {
  x86_64: 0x0100_0007,
  arm64: 0x0100_000c,
};
/** A universal binary (FAT_MAGIC); its header is big-endian. */
export const fatMagic = 0xcafe_babe;
const thinMagic = 0xfeed_facf;
const headerSize = 32;
const commands = { segment: 0x19, signature: 0x1d, buildVersion: 0x32 };

/**
 * The programs in `file`.
 *
 * @throws when it is no Mach-O executable for 64-bit processors
 */
export function slicesOf(file: Buffer): Slice[] {
  if (file.length < headerSize) throw new Error('It is too short for a Mach-O file.');
  if (file.readUInt32BE(0) !== fatMagic) return [{ processor: processorOf(file), offset: 0, bytes: file }];
  return Array.from({ length: file.readUInt32BE(4) }, (_, index) => {
    const entry = 8 + 20 * index;
    const [offset, size] = [file.readUInt32BE(entry + 8), file.readUInt32BE(entry + 12)];
    if (offset + size > file.length) throw new Error('A slice ends behind the end of the file.');
    const bytes = file.subarray(offset, offset + size);
    const processor = processorOf(bytes);
    if (file.readUInt32BE(entry) !== processorNumbers[processor])
      throw new Error(`A slice is for ${processor}, and the header says that it is not.`);
    return { processor, offset, bytes };
  });
}

function processorOf(slice: Buffer): Processor {
  if (slice.readUInt32LE(0) !== thinMagic) throw new Error('It is no 64-bit Mach-O file.');
  const found = slice.readUInt32LE(4);
  if (found === processorNumbers.x86_64) return 'x86_64';
  if (found === processorNumbers.arm64) return 'arm64';
  throw new Error(`It is for the processor ${found}, which is not known here.`);
}

/** Reads the load commands of one slice. */
export function loaded(slice: Buffer): Loaded {
  const segments = new Map<string, Segment>();
  let signature: Loaded['signature'];
  let leastSystem: string | undefined;
  let command = headerSize;
  for (let left = slice.readUInt32LE(16); left > 0; left--) {
    const kind = slice.readUInt32LE(command);
    if (kind === commands.signature)
      signature = {
        command,
        offset: slice.readUInt32LE(command + 8),
        size: slice.readUInt32LE(command + 12),
      };
    if (kind === commands.segment) segments.set(nameAt(slice, command + 8), segmentAt(slice, command));
    if (kind === commands.buildVersion) leastSystem = versionOf(slice.readUInt32LE(command + 12));
    command += slice.readUInt32LE(command + 4);
  }
  return { processor: processorOf(slice), segments, signature, leastSystem };
}

function segmentAt(slice: Buffer, command: number): Segment {
  const at = (offset: number): number => Number(slice.readBigUInt64LE(command + offset));
  return { command, fileOffset: at(40), fileSize: at(48) };
}

/** Names take sixteen bytes; shorter ones end with zeros. */
function nameAt(slice: Buffer, at: number): string {
  return slice.toString('latin1', at, at + 16).replace(/\0.*$/s, '');
}

function versionOf(packed: number): string {
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}`;
}

/** `size` rounded up to a multiple of `unit`. */
export function aligned(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit;
}
