import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { vaultBackends } from '../config/settings-vault.ts';
import { readSealedKey, type SealedKey } from './sealed-key.ts';
import type { VaultBackend } from './vault.ts';

/** The format this version writes. Fields it does not know are kept; a higher number is refused. */
const format = 1;

type Fields = Readonly<Record<string, unknown>>;

/** A key that is not, or no longer, the one of the file and may still lie somewhere: it is to be removed. */
export interface SpareKey {
  readonly backend: VaultBackend;
  readonly key: string;
}

/** What `credentials.json` holds. Everything but the secrets themselves is readable. */
export interface VaultFile {
  /** The id of the key the entries are sealed with. */
  readonly key: string;
  /** Where that key is kept; undefined in an empty vault. */
  readonly backend: VaultBackend | undefined;
  /** The key itself, sealed: only with the backend `passphrase`. */
  readonly passphrase: SealedKey | undefined;
  readonly spare: readonly SpareKey[];
  /** By entry id: `{ jwe, updated }` and what later versions add. */
  readonly entries: ReadonlyMap<string, Fields>;
  /** Fields of the file that this version does not know. */
  readonly others: Fields;
}

export const emptyVault: VaultFile = {
  key: '',
  backend: undefined,
  passphrase: undefined,
  spare: [],
  entries: new Map(),
  others: {},
};

/**
 * @throws Problem `vault-damaged` where `text` is no vault, `vault-newer` where a newer version wrote it
 */
export function readVaultFile(text: string, path: string): VaultFile {
  const whole = fieldsOf(parse(text, path));
  if (whole === undefined) throw damaged(path, 'it is not a JSON object');
  const { format: found, key, backend, passphrase, spare, entries, ...others } = whole;
  if (typeof found !== 'number') throw damaged(path, '"format" is missing');
  if (found > format) throw newer(path, `its format is ${found}, this version knows ${format}`);
  const given = fieldsOf(entries);
  if (typeof key !== 'string' || given === undefined) throw damaged(path, '"key" or "entries" is missing');
  const read = Object.entries(given).map(([id, value]) => {
    const entry = fieldsOf(value);
    if (entry === undefined) throw damaged(path, `the entry "${id}" is not a JSON object`);
    return [id, entry] as const;
  });
  const sealed = passphrase === undefined ? undefined : readSealedKey(passphrase);
  if (passphrase !== undefined && sealed === undefined)
    throw damaged(path, '"passphrase" is not a sealed key');
  return {
    key,
    backend: backend === undefined ? undefined : readBackend(backend, path),
    passphrase: sealed,
    spare: spare === undefined ? [] : readSpare(spare, path),
    entries: new Map(read),
    others,
  };
}

export function writeVaultFile({ key, backend, passphrase, spare, entries, others }: VaultFile): string {
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const whole = {
    format,
    ...others,
    ...(backend !== undefined && { backend }),
    key,
    ...(passphrase !== undefined && { passphrase }),
    ...(spare.length > 0 && { spare }),
    entries: Object.fromEntries(sorted),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function readBackend(value: unknown, path: string): VaultBackend {
  const known = vaultBackends.find((one) => one === value);
  if (known === undefined) throw newer(path, 'it keeps its key where this version cannot look');
  return known;
}

function readSpare(value: unknown, path: string): SpareKey[] {
  if (!Array.isArray(value)) throw damaged(path, '"spare" is not a list');
  return value.map((one: unknown) => {
    const { backend, key } = fieldsOf(one) ?? {};
    if (typeof key !== 'string') throw damaged(path, '"spare" holds something else than keys');
    return { backend: readBackend(backend, path), key };
  });
}

function newer(path: string, reason: string): Problem {
  const title = `${path} was written by a newer ${product.name}: ${reason}.`;
  return new Problem('vault-newer', title, 'Start the newer version. The file was left as it is.');
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
