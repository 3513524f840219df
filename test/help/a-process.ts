import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(import.meta.dir, '..', '..');

export interface ScriptOptions {
  readonly umask?: string;
  /** Not a byte can be written into any file, as on a full disk. */
  readonly isDiskFull?: boolean;
}

/**
 * Starts the script at `location` in a process of its own, on the same runtime. What `options` ask for holds
 * before anything of ours runs.
 */
export function startScript(location: URL, args: readonly string[], options: ScriptOptions = {}) {
  const { umask, isDiskFull = false } = options;
  const command = [process.execPath, fileURLToPath(location), ...args];
  const before = [umask && `umask ${umask}`, isDiskFull && 'trap "" XFSZ; ulimit -f 0'].filter(Boolean);
  // The arguments stand after the script, as "$@": nothing of them is shell text.
  const wrapped =
    before.length === 0 ? command : ['/bin/sh', '-c', `${before.join('; ')}; exec "$@"`, 'sh', ...command];
  return Bun.spawn(wrapped, { cwd: repository, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
}

/** Runs a script to its end; gives what it printed, and fails the test unless it exits with 0. */
export async function runScript(
  location: URL,
  args: readonly string[],
  options: ScriptOptions = {},
): Promise<string> {
  const child = startScript(location, args, options);
  const text = await new Response(child.stdout).text();
  const code = await child.exited;
  if (code !== 0) throw new Error(`${location.pathname} ended with ${code}: ${text}`);
  return text;
}
