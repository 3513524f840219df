import { wallClock } from '../../src/base/clock.ts';
import type { Cli } from '../../src/cli/cli.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import type { Environment } from '../../src/config/environment.ts';
import { placesOf } from '../../src/config/places.ts';

/** The world of a command that is called and not started; what it says beside its results is in `notes`. */
export function aCli(env: Environment, config?: string): Cli & { readonly notes: string[] } {
  const notes: string[] = [];
  const stdout = { write: () => true };
  const stderr = { write: (text: string | Uint8Array) => notes.push(String(text)) };
  return {
    env,
    terminal: new Terminal({ env, stdout, stderr, isInputTTY: false }),
    places: placesOf({ env, userHome: '/nobody-is-home', workingFolder: '/', config }),
    clock: wallClock,
    isJson: false,
    notes,
  };
}
