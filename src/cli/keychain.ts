import type { Log } from '../base/log.ts';
import type { Keychain } from '../credentials/keychain.ts';
import { systemKeychain } from '../credentials/keychain-process.ts';
import type { Cli } from './cli.ts';
import { selfCommand } from './self.ts';

/** The keychain of the person who runs this command. */
export function keychainOf({ env, clock }: Cli, log: Log): Keychain {
  return systemKeychain({ program: selfCommand(), env, log, clock });
}
