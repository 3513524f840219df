import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(import.meta.dir, '..', '..');

/**
 * Starts the script at `location` in a process of its own, on the same runtime. `umask` is set before
 * anything of ours runs.
 */
export function startScript(location: URL, args: readonly string[], { umask }: { umask?: string } = {}) {
  const command = [process.execPath, fileURLToPath(location), ...args];
  // The arguments stand after the script, as "$@": nothing of them is shell text.
  const wrapped =
    umask === undefined ? command : ['/bin/sh', '-c', `umask ${umask}; exec "$@"`, 'sh', ...command];
  return Bun.spawn(wrapped, { cwd: repository, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
}

/** Runs a script to its end; gives what it printed, and fails the test unless it exits with 0. */
export async function runScript(
  location: URL,
  args: readonly string[],
  options: { umask?: string } = {},
): Promise<string> {
  const child = startScript(location, args, options);
  const text = await new Response(child.stdout).text();
  const code = await child.exited;
  if (code !== 0) throw new Error(`${location.pathname} ended with ${code}: ${text}`);
  return text;
}
