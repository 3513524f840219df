import { createRequire } from 'node:module';

/**
 * The part of `resedit` that is needed here, in words of our own: its types bring all of those of a browser into the
 * project, where some of them are in the way.
 */
interface ResEdit {
  readonly NtExecutable: {
    createEmpty(is32Bit: boolean, isLibrary: boolean): Executable;
    from(bytes: Uint8Array, options: { readonly ignoreCert: boolean }): Executable;
  };
  readonly NtExecutableResource: { from(executable: Executable): Resources };
  readonly Data: {
    readonly IconFile: {
      from(bytes: Uint8Array): { readonly icons: readonly { readonly data: IconData }[] };
    };
  };
  readonly Resource: {
    readonly IconGroupEntry: {
      fromEntries(entries: object): readonly IconGroup[];
      replaceIconsForResource(
        entries: object,
        id: number | string,
        lang: number | string,
        icons: readonly object[],
      ): void;
    };
    readonly VersionInfo: {
      createEmpty(): VersionInfo;
      fromEntries(entries: object): readonly VersionInfo[];
    };
  };
}

interface IconData {
  readonly bin: ArrayBuffer;
}

interface Executable {
  generate(): ArrayBuffer;
}

interface Resources {
  readonly entries: object;
  outputResource(executable: Executable): void;
}

interface IconGroup {
  readonly id: number | string;
  readonly lang: number | string;
  readonly icons: readonly object[];
}

/** What texts of a program's resources are in. */
interface Language {
  readonly lang: number;
  readonly codepage: number;
}

interface VersionInfo {
  setFileVersion(major: number, minor: number, patch: number, build: number, lang: number): void;
  setProductVersion(major: number, minor: number, patch: number, build: number, lang: number): void;
  setStringValues(language: Language, values: Readonly<Record<string, string>>): void;
  getStringValues(language: Language): Readonly<Record<string, string>>;
  outputToResourceEntries(entries: object): void;
}

const require = createRequire(import.meta.url);
export const { Data, NtExecutable, NtExecutableResource, Resource } = require('resedit') as ResEdit;
