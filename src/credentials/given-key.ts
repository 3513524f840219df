import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import { keyVariable } from '../config/environment.ts';
import type { KeyPlace } from './key-place.ts';
import { VaultKey } from './vault-key.ts';

/**
 * The environment: a key the caller was given, 32 bytes in base64 or hex; undefined where it was given none.
 *
 * @throws Problem `vault-key-invalid`
 */
export function environmentPlace(text: Secret | undefined): KeyPlace {
  const keys = text === undefined ? [] : [givenKey(text)];
  return { backend: 'environment', detail: keyVariable, keys: () => Promise.resolve(keys) };
}

/** @throws Problem `vault-key-invalid` */
export function givenKey(text: Secret): VaultKey {
  const key = VaultKey.fromText(text.reveal());
  if (key !== undefined) return key;
  throw new Problem(
    'vault-key-invalid',
    `${keyVariable} is not a key: it must be 32 bytes in base64 or hex.`,
    `Make one with "openssl rand -base64 32", or leave the variable away.`,
  );
}
