import { processorNumbers, type Processor } from '../../scripts/release/macho.ts';

/** Where the parts of {@link aMachO} stand. */
export const machOLayout = { linkEdit: 0x5000, signature: 0x5100, size: 0x5200 } as const;

/** A thin executable that nobody can run: load commands, five pages of text, and a signature that is none. */
export function aMachO(processor: Processor = 'arm64', filler = 7): Buffer {
  const { linkEdit, signature, size } = machOLayout;
  const file = Buffer.alloc(size, filler);
  const commands = [
    segment('__TEXT', 0, linkEdit),
    segment('__LINKEDIT', linkEdit, size - linkEdit),
    // LC_BUILD_VERSION: macOS, from 13.0.
    words(0x32, 24, 1, 0x000d_0000, 0x000d_0000, 0),
    words(0x1d, 16, signature, size - signature),
  ];
  const length = commands.reduce((sum, command) => sum + command.length, 0);
  const header = words(0xfeed_facf, processorNumbers[processor], 0, 2, commands.length, length, 0, 0);
  Buffer.concat([header, ...commands]).copy(file);
  return file;
}

function segment(name: string, fileOffset: number, fileSize: number): Buffer {
  const made = Buffer.alloc(72);
  words(0x19, 72).copy(made);
  made.write(name, 8, 'latin1');
  made.writeBigUInt64LE(BigInt(fileOffset), 24);
  made.writeBigUInt64LE(BigInt(fileSize), 32);
  made.writeBigUInt64LE(BigInt(fileOffset), 40);
  made.writeBigUInt64LE(BigInt(fileSize), 48);
  return made;
}

function words(...values: number[]): Buffer {
  const made = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => made.writeUInt32LE(value, 4 * index));
  return made;
}
