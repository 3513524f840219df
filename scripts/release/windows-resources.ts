import { Data, NtExecutable, NtExecutableResource, Resource } from './resedit.ts';
import { product, type Build } from '../../src/base/product.ts';
import { iconFile } from './icon.ts';

/** English (United States), and text in UTF-16: what resources of programs are in by custom. */
const language = { lang: 1033, codepage: 1200 };

/**
 * The runtime with our icon and our version in its resources. The compiler sets them on Windows alone, and the finished
 * program cannot be changed: what it carries stands behind the resources. So this goes first (docs/decisions/0403).
 */
export function withResources(runtime: Buffer, { version }: Build): Buffer {
  // Its own signature is lost with any change, the compiler's too.
  const executable = NtExecutable.from(runtime, { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  const icons = Data.IconFile.from(iconFile()).icons.map(({ data }) => data);
  const [group] = Resource.IconGroupEntry.fromEntries(resources.entries);
  Resource.IconGroupEntry.replaceIconsForResource(
    resources.entries,
    group?.id ?? 1,
    group?.lang ?? language.lang,
    icons,
  );
  const numbers = version.split('-', 1).join('').split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = numbers;
  const [info = Resource.VersionInfo.createEmpty()] = Resource.VersionInfo.fromEntries(resources.entries);
  info.setFileVersion(major, minor, patch, 0, language.lang);
  info.setProductVersion(major, minor, patch, 0, language.lang);
  info.setStringValues(language, {
    ProductName: product.name,
    FileDescription: product.name,
    CompanyName: product.publisher,
    LegalCopyright: `© ${product.publisher}. MIT license.`,
    ProductVersion: version,
    FileVersion: version,
    InternalName: product.binary,
    OriginalFilename: `${product.binary}.exe`,
  });
  info.outputToResourceEntries(resources.entries);
  resources.outputResource(executable);
  return Buffer.from(executable.generate());
}

/**
 * What the resources of `executable` tell. The library reads none of a finished program, so their section is searched.
 *
 * @param executable one of Windows
 */
export function resourcesOf(executable: Buffer): { version: string; name: string; hasIcon: boolean } {
  const section = sectionOf(executable, '.rsrc');
  const [largest] = Data.IconFile.from(iconFile())
    .icons.map(({ data }) => data.bin)
    .toReversed();
  return {
    version: stringIn(section, 'ProductVersion'),
    name: stringIn(section, 'ProductName'),
    hasIcon: largest !== undefined && section.includes(Buffer.from(largest)),
  };
}

/** A part of an executable, by its name (PE format, "Section Table"); empty where there is none. */
function sectionOf(executable: Buffer, name: string): Buffer {
  const header = executable.readUInt32LE(0x3c);
  const table = header + 24 + executable.readUInt16LE(header + 20);
  for (let index = 0; index < executable.readUInt16LE(header + 6); index++) {
    const entry = table + 40 * index;
    if (executable.toString('latin1', entry, entry + 8).replace(/\0+$/, '') !== name) continue;
    const [size, offset] = [executable.readUInt32LE(entry + 16), executable.readUInt32LE(entry + 20)];
    return executable.subarray(offset, offset + size);
  }
  return Buffer.alloc(0);
}

/** In a version resource a text stands behind its key, both in UTF-16 with a zero at their end, on a border of four bytes. */
function stringIn(section: Buffer, key: string): string {
  const searched = Buffer.from(`${key}\0`, 'utf16le');
  const found = section.indexOf(searched);
  if (found === -1) return '';
  const start = found + searched.length + ((found + searched.length) % 4);
  const [text = ''] = section.toString('utf16le', start, start + 200).split('\0', 1);
  return text;
}
