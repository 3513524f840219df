import { aligned, fatMagic, loaded, processorNumbers } from './macho.ts';

/** Where the kernel can map a slice: pages of 4 KiB on Intel's processors, of 16 KiB on Apple's; powers of two. */
const alignment = { x86_64: 12, arm64: 14 } as const;

/**
 * One file for several processors. Each executable stays as it is, with its own signature; there is none around them.
 *
 * @param executables thin ones; the offsets in the header have 32 bits, so that all must fit into 4 GiB
 */
export function universal(executables: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8 + 20 * executables.length);
  header.writeUInt32BE(fatMagic, 0);
  header.writeUInt32BE(executables.length, 4);
  const parts: Buffer[] = [header];
  let end = header.length;
  executables.forEach((executable, index) => {
    const { processor } = loaded(executable);
    const offset = aligned(end, 2 ** alignment[processor]);
    const subtype = executable.readUInt32LE(8);
    const entry = [processorNumbers[processor], subtype, offset, executable.length, alignment[processor]];
    entry.forEach((value, at) => header.writeUInt32BE(value, 8 + 20 * index + 4 * at));
    parts.push(Buffer.alloc(offset - end), executable);
    end = offset + executable.length;
  });
  return Buffer.concat(parts);
}
