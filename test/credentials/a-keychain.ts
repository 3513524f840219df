import { existsSync, readFileSync } from 'node:fs';
import { Secret } from '../../src/base/secret.ts';
import { writePrivateFile } from '../../src/base/files.ts';
import { silent, type Silence } from '../../src/credentials/keychain-silence.ts';
import type { Keychain } from '../../src/credentials/keychain.ts';

/** A keychain in memory that can fall silent. */
export class MemoryKeychain implements Keychain {
  readonly name = 'the test keychain';
  readonly items = new Map<string, string>();
  /** What was asked of it, in order. */
  readonly asked: string[] = [];
  silence: Silence | undefined;

  probe(): Promise<void> {
    return this.#answer('probe', () => undefined);
  }

  get(item: string): Promise<Secret | undefined> {
    return this.#answer('get', () => {
      const value = this.items.get(item);
      return value === undefined ? undefined : new Secret(value);
    });
  }

  set(item: string, value: Secret): Promise<void> {
    return this.#answer('set', () => void this.items.set(item, value.reveal()));
  }

  delete(item: string): Promise<void> {
    return this.#answer('delete', () => void this.items.delete(item));
  }

  async #answer<T>(what: string, give: () => T): Promise<T> {
    await Promise.resolve();
    this.asked.push(what);
    if (this.silence !== undefined) throw silent(this.name, this.silence);
    return give();
  }
}

/** A keychain in a plain file, which a process that is killed leaves to the next one. */
export function fileKeychain(path: string): Keychain {
  const items = (): Record<string, string> =>
    existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const store = (all: Record<string, string>): Promise<void> => writePrivateFile(path, JSON.stringify(all));
  return {
    name: 'the test keychain',
    probe: () => Promise.resolve(),
    get: (item) => {
      const value = items()[item];
      return Promise.resolve(value === undefined ? undefined : new Secret(value));
    },
    set: (item, value) => store({ ...items(), [item]: value.reveal() }),
    delete: (item) => {
      const { [item]: _, ...rest } = items();
      return store(rest);
    },
  };
}
