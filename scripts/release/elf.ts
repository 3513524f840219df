/** ELF executables for 64-bit little-endian processors, as far as their demands on a system are of interest (elf.h). */

export interface ElfDemands {
  readonly processor: 'amd64' | 'arm64' | 'unknown';
  /** The loader that starts it: that of glibc or of musl. */
  readonly interpreter: string;
  /** Libraries it wants from the system. */
  readonly libraries: readonly string[];
  /** Versions of symbols it wants from them: `GLIBC_2.17`. */
  readonly versions: readonly string[];
}

const processors: Readonly<Record<number, ElfDemands['processor']>> = { 0x3e: 'amd64', 0xb7: 'arm64' };
const segmentKinds = { load: 1, dynamic: 2, interpreter: 3 };
const tags = { needed: 1n, strings: 5n, versionsNeeded: 0x6fff_fffen, versionCount: 0x6fff_ffffn };

interface Segment {
  readonly kind: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** @throws when it is no such file */
export function demandsOf(file: Buffer): ElfDemands {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f45_4c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error('It is no ELF file for a 64-bit little-endian processor.');
  const segments = segmentsOf(file);
  const interpreter = segments.find(({ kind }) => kind === segmentKinds.interpreter);
  const dynamic = dynamicOf(file, segments);
  const value = (tag: bigint): number => Number(dynamic.find(([found]) => found === tag)?.[1] ?? 0n);
  const strings = fileOffset(segments, value(tags.strings));
  const needed = dynamic.filter(([tag]) => tag === tags.needed);
  return {
    processor: processors[file.readUInt16LE(18)] ?? 'unknown',
    interpreter: interpreter === undefined ? '' : textAt(file, interpreter.offset),
    libraries: needed.map(([, offset]) => textAt(file, strings + Number(offset))),
    versions: versionsOf(
      file,
      fileOffset(segments, value(tags.versionsNeeded)),
      value(tags.versionCount),
      strings,
    ),
  };
}

function segmentsOf(file: Buffer): Segment[] {
  const start = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = start + size * index;
    const long = (offset: number): number => Number(file.readBigUInt64LE(at + offset));
    return { kind: file.readUInt32LE(at), offset: long(8), address: long(16), size: long(32) };
  });
}

function dynamicOf(file: Buffer, segments: readonly Segment[]): [tag: bigint, value: bigint][] {
  const found = segments.find(({ kind }) => kind === segmentKinds.dynamic);
  if (found === undefined) return [];
  return Array.from({ length: found.size / 16 }, (_, index) => {
    const at = found.offset + 16 * index;
    return [file.readBigUInt64LE(at), file.readBigUInt64LE(at + 8)];
  });
}

/** Where in the file something stands that is at `address` in memory. */
function fileOffset(segments: readonly Segment[], address: number): number {
  const found = segments.find(
    (one) => one.kind === segmentKinds.load && address >= one.address && address < one.address + one.size,
  );
  return found === undefined ? 0 : address - found.address + found.offset;
}

/** Each library has a list of versions; each entry says how far away the next one is. */
function versionsOf(file: Buffer, start: number, count: number, strings: number): string[] {
  const versions: string[] = [];
  let library = start;
  for (let left = count; left > 0; left--) {
    let version = library + file.readUInt32LE(library + 8);
    for (let more = file.readUInt16LE(library + 2); more > 0; more--) {
      versions.push(textAt(file, strings + file.readUInt32LE(version + 8)));
      version += file.readUInt32LE(version + 12);
    }
    library += file.readUInt32LE(library + 12);
  }
  return versions;
}

function textAt(file: Buffer, at: number): string {
  return file.toString('latin1', at, file.indexOf(0, at));
}

/** The newest version of glibc among `versions`, of which there is only a second generation: `2.17`; '' for none. */
export function newestGlibc(versions: readonly string[]): string {
  const minors = versions.flatMap((name) => /^GLIBC_2\.(\d+)/.exec(name)?.[1] ?? []).map(Number);
  return minors.length === 0 ? '' : `2.${Math.max(...minors)}`;
}
