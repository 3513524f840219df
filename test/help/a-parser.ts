import { CommanderError } from 'commander';
import { declare } from '../../src/cli/program.ts';

/** Asks the real command line what `words` would do, and does nothing; `undefined` where it understands them. */
export async function whatIsWrongWith(words: readonly string[]): Promise<string | undefined> {
  // Asked for in so many words, and understood.
  if (words.some((word) => ['--help', '-h', '--version', '-V'].includes(word))) return undefined;
  const called: string[] = [];
  const program = declare(
    (command) => {
      called.push(command.name());
      return Promise.resolve();
    },
    { write: () => {} },
  );
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.message;
  }
  return called.length === 1 ? undefined : `it calls ${called.length} commands`;
}
