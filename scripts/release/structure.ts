import { product, type Build } from '../../src/base/product.ts';
import { demandsOf, newestGlibc } from './elf.ts';
import { verifyMachO } from './macho-verify.ts';
import type { Target } from './targets.ts';
import { resourcesOf } from './windows-resources.ts';

/** What a binary may want of a system; the installers and docs/installation/ say the same. */
const promises = {
  macOS: '13.0',
  glibc: '2.17',
  libraries: {
    glibc: /^(?:ld-linux.*|lib(?:c|m|dl|pthread|rt))\.so\.\d+$/,
    musl: /^(?:libc\.musl-\w+\.so\.1|libstdc\+\+\.so\.6|libgcc_s\.so\.1)$/,
  },
} as const;

/** In the header of a Windows executable: which processor it is for (PE format, "Machine Types"). */
const machines: Readonly<Record<string, number>> = { amd64: 0x8664, arm64: 0xaa64 };

/**
 * Looks at a built file without starting it: whether it is for the system it is called after, whole, ours, and wants no
 * more than was promised. Every system's own checks come on top, where there is such a system.
 *
 * @returns sentences; none for a file that is as it should be
 */
export function faultsOf(target: Target, file: Buffer, stamp: Build): string[] {
  return [...programFaults(file, stamp), ...systemFaults(target, file, stamp)];
}

function systemFaults(target: Target, file: Buffer, { version }: Build): string[] {
  switch (target.system) {
    case 'darwin':
      return darwinFaults(target, file);
    case 'linux':
      return linuxFaults(target, file);
    case 'windows':
      return windowsFaults(target, file, version);
  }
}

/** The folder that a program's own files seem to lie in; of another name on Windows. */
const folders = ['/$bunfs/root/', 'B:/~BUN/root/'];

function programFaults(file: Buffer, { version, commit, date, target }: Build): string[] {
  const faults: string[] = [];
  // The compiler writes the stamp as an object of the program.
  const stamp = `version:"${version}",commit:"${commit}",date:"${date}",target:"${target}"`;
  if (!file.includes(stamp)) faults.push(`It does not say {${stamp}}.`);
  const names = embeddedNames(file);
  // A file that was stripped is a bare runtime: what the compiler adds is gone.
  if (!names.some((name) => name.replace(/\.exe$/, '') === product.binary))
    faults.push(`There is no ${product.binary} in it: ${names.join(', ')}.`);
  const addons = names.filter((name) => name.endsWith('.node'));
  if (addons.length > 0) faults.push(`It carries native parts, which nobody checks: ${addons.join(', ')}.`);
  if (names.some((name) => name.endsWith('.map'))) faults.push('It carries a source map.');
  if (file.includes('UPX!')) faults.push('It was packed by UPX, which breaks it.');
  return faults;
}

/** Files that the compiler put in, by name. */
function embeddedNames(file: Buffer): string[] {
  const names = new Set<string>();
  for (const folder of folders) {
    for (let at = file.indexOf(folder); at !== -1; at = file.indexOf(folder, at + 1)) {
      const [name = ''] = /^[\w.@/-]*/.exec(file.toString('latin1', at + folder.length, at + 200)) ?? [];
      if (name !== '') names.add(name);
    }
  }
  return [...names];
}

function darwinFaults({ runtimes }: Target, file: Buffer): string[] {
  const slices = verifyMachO(file);
  const faults = slices.flatMap((slice) => slice.faults.map((fault) => `${slice.processor}: ${fault}`));
  const wanted = runtimes.map(({ target }) => (target.includes('arm64') ? 'arm64' : 'x86_64')).toSorted();
  const found = slices.map(({ processor }) => processor).toSorted();
  if (found.join() !== wanted.join()) faults.push(`It is for ${found.join()}, not for ${wanted.join()}.`);
  for (const { processor, leastSystem, identifier } of slices) {
    if (leastSystem !== promises.macOS)
      faults.push(`${processor}: it wants macOS ${leastSystem}, and ${promises.macOS} was promised.`);
    if (identifier !== product.binary) faults.push(`${processor}: it is signed as ${identifier}.`);
  }
  return faults;
}

function linuxFaults({ name }: Target, file: Buffer): string[] {
  const { processor, interpreter, libraries, versions } = demandsOf(file);
  const isMusl = name.endsWith('-musl');
  const faults: string[] = [];
  if (name.split('-')[1] !== processor) faults.push(`It is for ${processor}.`);
  if (interpreter.includes('musl') !== isMusl) faults.push(`It is started by ${interpreter}.`);
  const allowed = promises.libraries[isMusl ? 'musl' : 'glibc'];
  const others = libraries.filter((library) => !allowed.test(library));
  if (others.length > 0) faults.push(`It wants ${others.join(', ')}.`);
  const glibc = newestGlibc(versions);
  if (glibc !== (isMusl ? '' : promises.glibc))
    faults.push(`It wants glibc ${glibc}, and ${promises.glibc} was promised.`);
  return faults;
}

function windowsFaults({ name }: Target, file: Buffer, version: string): string[] {
  const faults: string[] = [];
  // The header of DOS says where that of Windows stands.
  const header = file.readUInt32LE(0x3c);
  if (file.toString('latin1', header, header + 4) !== 'PE\0\0') return ['It is no executable of Windows.'];
  if (file.readUInt16LE(header + 4) !== machines[name.split('-')[1] ?? ''])
    faults.push('It is for another processor.');
  const resources = resourcesOf(file);
  if (resources.version !== version || resources.name !== product.name)
    faults.push(`Its resources are of ${resources.name} ${resources.version}.`);
  if (!resources.hasIcon) faults.push('It has no icon.');
  return faults;
}
