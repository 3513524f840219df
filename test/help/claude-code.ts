import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '../../src/base/clock.ts';

/** The version all expectations were measured with. */
const version = '2.1.330';
const folder = join(import.meta.dir, '..', '..', '.cache', `claude-code-${version}`);

/** The real client's own program, installed on demand outside the project's dependencies. */
export function claudeCode(): string | undefined {
  const found = programPath();
  if (found !== undefined) return found;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  spawnSync('npm', [...args, '--loglevel=error', `@anthropic-ai/claude-code@${version}`], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  const path = programPath();
  if (path === undefined && process.env['CI'] !== undefined) {
    throw new Error(`Claude Code ${version} could not be installed for ${process.platform} ${process.arch}.`);
  }
  if (path === undefined) console.error(`SKIPPED: Claude Code ${version} could not be installed here.`);
  return path;
}

function programPath(): string | undefined {
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude';
  for (const suffix of ['', '-musl']) {
    const packaged = `claude-code-${process.platform}-${process.arch}${suffix}`;
    const path = join(folder, 'node_modules', '@anthropic-ai', packaged, name);
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** What one `claude -p` run came to. */
export interface Run {
  exitCode: number | null;
  /** The object of `--output-format json`. */
  result: Record<string, unknown>;
  stdout: string;
  stderr: string;
}

/** A home of its own, no credentials and no settings of whoever runs the tests. */
export function clientEnvironment(home: string, more: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || /^(ANTHROPIC_|CLAUDE|https?_proxy$|all_proxy$)/i.test(name)) continue;
    env[name] = value;
  }
  return {
    ...env,
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '2',
    DISABLE_AUTO_COMPACT: '1',
    ...more,
  };
}

/** Runs a program to its end, killed after two minutes; in an empty folder, or in `kept` where a session goes on. */
export async function runClient(
  program: string,
  args: string[],
  env: Record<string, string>,
  kept?: string,
): Promise<Run> {
  const home = kept ?? mkdtempSync(join(tmpdir(), 'claude-'));
  try {
    const child = spawn(program, args, {
      cwd: home,
      env: clientEnvironment(home, env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    const exitCode = await new Promise<number | null>((resolve) => {
      child.on('close', resolve);
      child.on('error', () => {
        resolve(null);
      });
    });
    return { exitCode, result: parsed(stdout), stdout, stderr };
  } finally {
    if (kept === undefined) rmSync(home, { recursive: true, force: true });
  }
}

/** One turn of a process that takes several. */
export interface Said {
  /** The object of its `result` line; empty where the process ended before. */
  result: Record<string, unknown>;
  /** When it was asked (milliseconds since the epoch). */
  from: number;
}

/**
 * Runs a program that takes one turn after the other on its standard input, each when the one before has ended, as a
 * person has a conversation; in the folder `home`, killed after five minutes.
 *
 * @param began told each time that a turn begins
 */
export async function talkTo(
  program: string,
  {
    args,
    texts,
    env,
    home,
  }: { args: string[]; texts: readonly string[]; env: Record<string, string>; home: string },
  clock: Pick<Clock, 'now'>,
  began: () => void,
): Promise<{ exitCode: number | null; turns: Said[]; stderr: string }> {
  const json = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const child = spawn(program, ['-p', ...json, ...args], {
    cwd: home,
    env: clientEnvironment(home, env),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  const turns: Said[] = [];
  let stderr = '';
  const next = (): void => {
    const text = texts[turns.length];
    if (text === undefined) {
      child.stdin.end();
      return;
    }
    turns.push({ result: {}, from: clock.now() });
    began();
    const message = { role: 'user', content: [{ type: 'text', text }] };
    child.stdin.write(`${JSON.stringify({ type: 'user', message })}\n`);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = parsed(line);
    const turn = turns.at(-1);
    if (event['type'] !== 'result' || turn === undefined) return;
    turn.result = event;
    next();
  });
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  // Who is gone reads nothing: that shows by its exit code.
  child.stdin.on('error', () => {});
  next();
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
    child.on('error', () => {
      resolve(null);
    });
  });
  return { exitCode, turns, stderr };
}

function parsed(stdout: string): Record<string, unknown> {
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch {
    return {};
  }
}
