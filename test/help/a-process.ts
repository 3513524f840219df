import { join } from 'node:path';

const repository = join(import.meta.dir, '..', '..');

/**
 * Starts `script` (a path below test/) in a process of its own, on the same runtime. `umask` is set before
 * anything of ours runs.
 */
export function startScript(script: string, args: readonly string[], { umask }: { umask?: string } = {}) {
  const command = [process.execPath, join(repository, 'test', script), ...args];
  // The arguments stand after the script, as "$@": nothing of them is shell text.
  const wrapped =
    umask === undefined ? command : ['/bin/sh', '-c', `umask ${umask}; exec "$@"`, 'sh', ...command];
  return Bun.spawn(wrapped, { cwd: repository, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
}

/** Runs `script` to its end; gives what it printed, and fails the test unless it exits with 0. */
export async function runScript(
  script: string,
  args: readonly string[],
  options: { umask?: string } = {},
): Promise<string> {
  const child = startScript(script, args, options);
  const text = await new Response(child.stdout).text();
  const code = await child.exited;
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${text}`);
  return text;
}
