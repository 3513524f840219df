import { messageOf } from '../base/errors.ts';
import { firstBytes } from '../base/files.ts';
import { Problem } from '../base/problem.ts';
import { parse, TomlError } from 'smol-toml';
import { fromTable } from './file-tables.ts';
import type { Flaw } from './flaws.ts';
import { joined, type Gathered } from './given.ts';
import { KeyPositions } from './key-positions.ts';
import { printable, type Source } from './source.ts';

/** Far above any real file; a wrong path to a log or a disk image should not be read into memory. */
const largestFileBytes = 2 ** 20;

/**
 * The text of the settings file, or undefined when there is none.
 *
 * @throws {Problem} `config-unreadable` when it is there but cannot be read as text
 */
export async function readSettingsFile(path: string): Promise<string | undefined> {
  const bytes = await bytesOf(path);
  if (bytes === undefined) return undefined;
  if (bytes.length > largestFileBytes) {
    throw new Problem('config-unreadable', `${path} is larger than 1 MiB.`, 'Point to a settings file.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const fix =
      'Save the file as UTF-8; some editors for Windows call that "UTF-8" and their default "Unicode".';
    throw new Problem('config-unreadable', `${path} is not UTF-8 text.`, fix, { cause });
  }
}

async function bytesOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await firstBytes(path, largestFileBytes + 1);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const fix = 'It must be a file that the user of the proxy may read.';
    throw new Problem('config-unreadable', `${path} cannot be read: ${messageOf(cause)}.`, fix, { cause });
  }
}

/** What the text of the settings file says; `path` is for messages. */
export function fromFile(path: string, toml: string): Gathered {
  const parsed = parsedToml(path, toml);
  if ('flaw' in parsed) return { given: [], flaws: [parsed.flaw] };
  const positions = new KeyPositions(toml);
  const sourceOf = (keys: readonly string[]): Source => ({
    from: 'file',
    file: path,
    ...(positions.of(keys) ?? { line: 1, column: 1 }),
  });
  const parts = Object.entries(parsed.document).map(([name, value]) => fromTable(name, value, sourceOf));
  return joined(parts);
}

type Parsed = { readonly document: Readonly<Record<string, unknown>> } | { readonly flaw: Flaw };

function parsedToml(path: string, toml: string): Parsed {
  try {
    return { document: parse(toml, { maxDepth: 32 }) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Below its first line the message repeats the text around the mistake.
    const [what = ''] = error.message.replace('Invalid TOML document: ', '').split('\n', 1);
    const source = { from: 'file', file: path, line: error.line, column: error.column } as const;
    return {
      flaw: {
        source,
        key: undefined,
        wrong: `not valid TOML: ${printable(what)}`,
        right: 'see https://toml.io',
      },
    };
  }
}
