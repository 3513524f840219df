import { adhoc, hardened, hashSize, magic, sha256, slot } from './code-directory.ts';
import { loaded, slicesOf, type Processor, type Slice } from './macho.ts';

/** What is known of a slice, and what is wrong with it. */
export interface SliceReport {
  readonly processor: Processor;
  readonly leastSystem: string | undefined;
  readonly identifier: string;
  readonly isAdHoc: boolean;
  readonly isHardened: boolean;
  /** How many pages were hashed. */
  readonly pages: number;
  /** Sentences; none for a slice that macOS will start. */
  readonly faults: readonly string[];
}

/** Looks at every slice of `file`, and at the hash of every page. What macOS itself would say, only macOS can. */
export function verifyMachO(file: Buffer): SliceReport[] {
  return slicesOf(file).map((slice) => verifySlice(slice));
}

const nothing = { identifier: '', isAdHoc: false, isHardened: false, pages: 0 };

function verifySlice({ processor, bytes }: Slice): SliceReport {
  const { signature, leastSystem, segments } = loaded(bytes);
  const known = { processor, leastSystem, ...nothing };
  if (signature === undefined) return { ...known, faults: ['There is no signature.'] };
  const faults: string[] = [];
  const end = signature.offset + signature.size;
  if (end !== bytes.length) faults.push(`The signature ends at ${end}, the slice at ${bytes.length}.`);
  const linkEdit = segments.get('__LINKEDIT');
  if (linkEdit === undefined || linkEdit.fileOffset + linkEdit.fileSize !== end)
    faults.push('__LINKEDIT does not end with the signature.');
  const parts = partsOf(bytes.subarray(signature.offset, end));
  const directory = parts.get(slot.codeDirectory);
  if (directory === undefined) return { ...known, faults: [...faults, 'There is no code directory.'] };
  return { ...known, ...verifyDirectory(directory, parts, bytes.subarray(0, signature.offset), faults) };
}

/** The parts of a signature by their slot. */
function partsOf(signature: Buffer): Map<number, Buffer> {
  const parts = new Map<number, Buffer>();
  if (signature.length < 12 || signature.readUInt32BE(0) !== magic.signature) return parts;
  for (let index = 0; index < signature.readUInt32BE(8); index++) {
    const [kind, offset] = [signature.readUInt32BE(12 + 8 * index), signature.readUInt32BE(16 + 8 * index)];
    // The end of a file that was cut short is not there.
    if (offset + 8 > signature.length) return parts;
    parts.set(kind, signature.subarray(offset, offset + signature.readUInt32BE(offset + 4)));
  }
  return parts;
}

function verifyDirectory(
  directory: Buffer,
  parts: ReadonlyMap<number, Buffer>,
  code: Buffer,
  faults: string[],
): Omit<SliceReport, 'processor' | 'leastSystem'> {
  const at = (index: number): number => directory.readUInt32BE(index * 4);
  const [flags, hashOffset, nameOffset, specials, pages, limit] = [at(3), at(4), at(5), at(6), at(7), at(8)];
  if (directory[36] !== hashSize)
    return { ...nothing, faults: [...faults, 'The hashes are not of SHA-256.'] };
  // Apple's own tool signs pages of 16 KiB where the processor has them.
  const pageSize = 2 ** (directory[39] ?? 0);
  const identifier = directory.toString('utf8', nameOffset, directory.indexOf(0, nameOffset));
  if (limit !== code.length) faults.push(`The hashes cover ${limit} of ${code.length} bytes.`);
  if (pages !== Math.ceil(code.length / pageSize)) faults.push(`There are ${pages} hashes of pages.`);
  const hashAt = (index: number): Buffer =>
    directory.subarray(hashOffset + index * hashSize, hashOffset + (index + 1) * hashSize);
  const wrong: number[] = [];
  for (let page = 0; page < pages; page++) {
    const content = code.subarray(page * pageSize, (page + 1) * pageSize);
    if (!sha256(content).equals(hashAt(page))) wrong.push(page);
  }
  if (wrong.length > 0)
    faults.push(`${wrong.length} of ${pages} pages have another hash, the first is ${wrong[0]}.`);
  for (const special of [slot.requirements, slot.entitlements]) {
    const part = parts.get(special);
    if (part !== undefined && (special > specials || !sha256(part).equals(hashAt(-special))))
      faults.push(`The part in slot ${special} has another hash.`);
  }
  const isAdHoc = (flags & adhoc) !== 0;
  // A signature of somebody has a message of its own around the hashes; that one only macOS verifies.
  if (!isAdHoc && (parts.get(slot.cms)?.length ?? 0) <= 8)
    faults.push('It is signed neither ad hoc nor by anybody.');
  return { identifier, isAdHoc, isHardened: (flags & hardened) !== 0, pages, faults };
}
