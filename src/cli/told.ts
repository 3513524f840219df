import { product } from '../base/product.ts';
import type { Environment } from '../config/environment.ts';
import type { Terminal } from './terminal.ts';

/** What was typed, as far as it decides how a failure is told. */
export interface Typed {
  readonly words: readonly string[];
  readonly env: Environment;
  readonly isJson: boolean;
}

/** Runs a command, and tells what fails; resolves with the exit code. Never rejects. */
export async function told(
  act: () => Promise<number>,
  terminal: Terminal,
  { words, env, isJson }: Typed,
): Promise<number> {
  try {
    return await act();
  } catch (error) {
    const { tell } = await import('./problems.ts');
    const stack = (env['DEBUG'] ?? '').includes(product.binary);
    const code = tell(error, terminal, { json: isJson, stack });
    if (words.length === 0) await (await import('./open-page.ts')).holdWindow(terminal);
    return code;
  }
}
