import { blob, codeDirectory, magic, slot, superBlob } from './code-directory.ts';
import { aligned, loaded } from './macho.ts';

/**
 * Signs a thin executable ad hoc, in place of the signature it has: on Apple's processors the kernel starts nothing
 * without one, and what the compiler leaves in an executable for Intel's has the hashes of another file
 * (docs/decisions/0402). Twice the same gives the same bytes.
 *
 * @param identifier what the program is called for the system
 * @throws when it has no signature to replace, or something behind it
 */
export function signAdHoc(executable: Buffer, identifier: string): Buffer {
  const { processor, segments, signature } = loaded(executable);
  const [text, linkEdit] = [segments.get('__TEXT'), segments.get('__LINKEDIT')];
  if (text === undefined || linkEdit === undefined) throw new Error('It has no __TEXT or no __LINKEDIT.');
  if (signature === undefined) throw new Error('It has no signature to replace.');
  // The signature is the last part of the last segment; what stood behind it would be lost.
  if (executable.length > linkEdit.fileOffset + linkEdit.fileSize)
    throw new Error('There is something behind __LINKEDIT.');

  const code = Buffer.from(executable.subarray(0, signature.offset));
  const requirements = blob(magic.requirements, Buffer.alloc(4));
  const parts = (): Buffer =>
    superBlob([
      [slot.codeDirectory, codeDirectory({ code, identifier, text, requirements })],
      [slot.requirements, requirements],
      [slot.cms, blob(magic.cms)],
    ]);
  // How long it is depends on the number of pages alone; the load commands say it, and are hashed themselves.
  const size = aligned(parts().length, 16);
  const linked = signature.offset + size - linkEdit.fileOffset;
  code.writeUInt32LE(size, signature.command + 12);
  code.writeBigUInt64LE(BigInt(linked), linkEdit.command + 48);
  code.writeBigUInt64LE(
    BigInt(aligned(linked, processor === 'arm64' ? 0x4000 : 0x1000)),
    linkEdit.command + 32,
  );
  const signed = parts();
  return Buffer.concat([code, signed, Buffer.alloc(size - signed.length)]);
}
