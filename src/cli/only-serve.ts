import type { Environment } from '../config/environment.ts';
import { openCli } from './open-cli.ts';
import { standardError, standardOutput } from './outputs.ts';
import { serve } from './serve.ts';
import type { ServeOptions } from './serve-words.ts';
import { Terminal } from './terminal.ts';
import { told } from './told.ts';

/** `serve`, without what reads other command lines. Resolves with the exit code; never rejects. */
export function onlyServe(
  options: ServeOptions,
  words: readonly string[],
  env: Environment,
): Promise<number> {
  const terminal = new Terminal({
    env,
    stdout: standardOutput(),
    stderr: standardError(),
    get isInputTTY() {
      return process.stdin.isTTY;
    },
  });
  const act = async (): Promise<number> => (await serve(openCli(options, env, terminal), options, [])) ?? 0;
  return told(act, terminal, { words, env, isJson: false });
}
