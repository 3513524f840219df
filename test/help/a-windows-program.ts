import { NtExecutable, NtExecutableResource } from '../../scripts/release/resedit.ts';

/** An executable of Windows with nothing in it, but in the form of one. */
export function aWindowsProgram(): Buffer {
  const executable = NtExecutable.createEmpty(false, false);
  NtExecutableResource.from(executable).outputResource(executable);
  return Buffer.from(executable.generate());
}
