import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import { headerOf, type KeyPlace } from './key-place.ts';
import { VaultKey } from './vault-key.ts';

/** The operating system's keychain. Whatever keeps it from answering is a Problem `vault-keychain-silent`. */
export interface Keychain {
  /** For a person: `the macOS Keychain`. */
  readonly name: string;
  /** Writes, reads and deletes an item: whether a key would be kept here. */
  probe(): Promise<void>;
  /** Undefined only where the keychain answers and has no such item. */
  get(item: string): Promise<Secret | undefined>;
  /** Resolves when the item was read back as it was written. */
  set(item: string, value: Secret): Promise<void>;
  /** No such item, no error. */
  delete(item: string): Promise<void>;
}

/** Keys in the keychain, each in an item of its own named by its id, so that the old and the new one are apart. */
export function keychainPlace(keychain: Keychain): KeyPlace {
  return {
    backend: 'keychain',
    detail: keychain.name,
    async keys({ key: id }) {
      if (id === '') return [];
      const text = await keychain.get(itemOf(id));
      const key = text === undefined ? undefined : VaultKey.fromText(text.reveal());
      return key === undefined ? [] : [key];
    },
    async keep(key) {
      await keychain.set(itemOf(key.id), new Secret(key.toText()));
      return headerOf('keychain', key);
    },
    forget: (id) => keychain.delete(itemOf(id)),
  };
}

function itemOf(id: string): string {
  return `vault key ${id}`;
}

/** Stands where a program has none: nothing was ever kept in it, and nothing will be. */
export const noKeychain: Keychain = {
  name: 'the keychain',
  probe: () => Promise.reject(notHere()),
  get: () => Promise.reject(notHere()),
  set: () => Promise.reject(notHere()),
  delete: () => Promise.reject(notHere()),
};

function notHere(): Problem {
  return new Problem(
    'vault-keychain-silent',
    'The keychain does not answer: this program does not use it here.',
    `Use \`${product.binary}\` itself, or give the key in another way.`,
  );
}
