import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { clientEnvironment } from './claude-code.ts';

/** What the client says at the end of a turn: the object of the type `result`. */
export type TurnResult = Record<string, unknown>;

/**
 * One Claude Code process that is asked one prompt after the other, each when the turn before is over; its results
 * in that order. Killed after two minutes.
 *
 * @throws Error with what it said on its standard error when it ends before its last turn
 */
export async function converse(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  prompts: readonly string[],
): Promise<TurnResult[]> {
  const home = mkdtempSync(join(tmpdir(), 'claude-'));
  const format = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const child = spawn(program, ['-p', ...format, ...args], {
    cwd: home,
    env: clientEnvironment(home, env),
    stdio: 'pipe',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  let trouble = '';
  child.stderr.on('data', (bytes: Buffer) => (trouble += bytes.toString()));
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      resolve();
    });
    child.on('error', (error) => {
      trouble += error.message;
      resolve();
    });
  });
  // A client that is gone is told by its missing results.
  child.stdin.on('error', () => {});
  const results: TurnResult[] = [];
  const waiting = [...prompts];
  const next = (): void => {
    const content = waiting.shift();
    if (content === undefined) child.stdin.end();
    else child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content } })}\n`);
  };
  try {
    next();
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as TurnResult;
      if (said['type'] !== 'result') continue;
      results.push(said);
      next();
    }
    await ended;
    if (results.length < prompts.length)
      throw new Error(`Claude Code ended after ${results.length} of ${prompts.length} turns: ${trouble}`);
    return results;
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}
