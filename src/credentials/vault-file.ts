import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';

/** The format this version writes. Fields it does not know are kept; a higher number is refused. */
const format = 1;

type Fields = Readonly<Record<string, unknown>>;

/** What `credentials.json` holds. Everything but the secrets themselves is readable. */
export interface VaultFile {
  /** The id of the key the entries are sealed with. */
  readonly key: string;
  /** By entry id: `{ jwe, updated }` and what later versions add. */
  readonly entries: ReadonlyMap<string, Fields>;
  /** Fields of the file that this version does not know. */
  readonly others: Fields;
}

export const emptyVault: VaultFile = { key: '', entries: new Map(), others: {} };

/**
 * @throws Problem `vault-damaged` where `text` is no vault, `vault-newer` where a newer version wrote it
 */
export function readVaultFile(text: string, path: string): VaultFile {
  const whole = fieldsOf(parse(text, path));
  if (whole === undefined) throw damaged(path, 'it is not a JSON object');
  const { format: found, key, entries, ...others } = whole;
  if (typeof found !== 'number') throw damaged(path, '"format" is missing');
  if (found > format) {
    throw new Problem(
      'vault-newer',
      `${path} was written by a newer ${product.name}: its format is ${found}, this version knows ${format}.`,
      'Start the newer version. The file was left as it is.',
    );
  }
  const given = fieldsOf(entries);
  if (typeof key !== 'string' || given === undefined) throw damaged(path, '"key" or "entries" is missing');
  const read = Object.entries(given).map(([id, value]) => {
    const entry = fieldsOf(value);
    if (entry === undefined) throw damaged(path, `the entry "${id}" is not a JSON object`);
    return [id, entry] as const;
  });
  return { key, entries: new Map(read), others };
}

export function writeVaultFile({ key, entries, others }: VaultFile): string {
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ format, ...others, key, entries: Object.fromEntries(sorted) }, null, 2)}\n`;
}

/** The file is not what we wrote, or an entry is not what was sealed. */
export function damaged(path: string, reason: string): Problem {
  return new Problem(
    'vault-damaged',
    `${path} is damaged or was changed by somebody else: ${reason}.`,
    `It was left as it is. Its last good version is ${path}.bak: compare the two, and copy that one back.`,
  );
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote what stands there.
    throw damaged(path, 'it is not JSON');
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}
