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

/** The version and the name that the resources of `executable` tell, and how many icons it has. */
export function resourcesOf(executable: Buffer): { version: string; name: string; icons: number } {
  const { entries } = NtExecutableResource.from(NtExecutable.from(executable, { ignoreCert: true }));
  const [info] = Resource.VersionInfo.fromEntries(entries);
  const values = info?.getStringValues(language) ?? {};
  const [group] = Resource.IconGroupEntry.fromEntries(entries);
  return {
    version: values['ProductVersion'] ?? '',
    name: values['ProductName'] ?? '',
    icons: group?.icons.length ?? 0,
  };
}
