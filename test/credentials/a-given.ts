import { Secret } from '../../src/base/secret.ts';
import { type Given, nothingGiven } from '../../src/credentials/given.ts';

export const passphrase = new Secret('correct horse battery');

/** Somebody gives the passphrase when it is needed; it is nobody's choice. */
export const givenForTests: Given = {
  ...nothingGiven,
  passphrase: (isRepeated) => Promise.resolve(isRepeated ? undefined : passphrase),
};
