import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import { makePrivateFolder } from '../base/files.ts';
import { sleepAwake } from '../base/clock.ts';
import { longestOpeningMs } from '../base/opening.ts';
import type { Environment } from '../config/environment.ts';
import type { Sender } from '../wire/sender.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';
import { selfCommand, selfEnvironment } from './self.ts';

const lookMs = 50;

/** A proxy that nobody watches must not fill the disk: beyond this the file becomes `.old` (bytes). */
const mostLogBytes = 10 * 2 ** 20;

/** Credentials of the person's own, which a proxy that outlives the terminal has no business with. */
const notInherited = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
];

/**
 * Starts `serve` detached from this terminal and waits until it answers. What it says beside its log goes to
 * `logs/serve.log`: why it did not start, what ended it.
 *
 * @param command the program with its first words; this one where it is left out
 * @throws Problem proxy-start-failed with what it said
 */
export async function startInBackground(
  cli: Cli,
  sender: Sender,
  words: readonly string[],
  command: readonly string[] = selfCommand(),
): Promise<RemoteProxy> {
  const { places, env, clock } = cli;
  await makePrivateFolder(places.home);
  await makePrivateFolder(places.logs);
  const path = join(places.logs, 'serve.log');
  await makeRoom(path);
  const log = await open(path, 'a', 0o600);
  const { size: from } = await log.stat();
  const ended = new AbortController();
  let child: ChildProcess;
  try {
    const [program = '', ...first] = command;
    const named = places.isConfigNamed ? ['--config', places.config] : [];
    child = spawn(program, [...first, 'serve', '--no-open', '--background', ...named, ...words], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: withoutCredentials({
        ...env,
        ...selfEnvironment(),
        CCPROXY_HOME: places.home,
        CCPROXY_LOG_TERMINAL: 'off',
      }),
      cwd: places.home,
      windowsHide: true,
    });
    // Before anything is waited for: one that ends at once would end unheard.
    for (const end of ['exit', 'error'])
      child.once(end, () => {
        ended.abort();
      });
  } finally {
    await log.close();
  }
  child.unref();
  const deadline = clock.monotonic() + longestOpeningMs;
  while (clock.monotonic() < deadline) {
    const running = await findRunning(places.run, sender);
    if (running !== undefined) return running;
    if (ended.signal.aborted) throw problem('proxy-start-failed', { reason: await lastWords(path, from) });
    await sleepAwake(clock, lookMs);
  }
  child.kill();
  throw problem('proxy-start-failed', {
    reason: `it did not answer within ${longestOpeningMs / 1_000} seconds.`,
  });
}

function withoutCredentials(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !notInherited.includes(name)));
}

async function makeRoom(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size < mostLogBytes) return;
  await rm(`${path}.old`, { force: true });
  await rename(path, `${path}.old`);
}

/** What it wrote since `from`, its last lines: the problem and the fix. */
async function lastWords(path: string, from: number): Promise<string> {
  const said = (await readFile(path)).subarray(from).toString('utf8').trim();
  const lines = said.split('\n').map((line) => line.trim());
  const at = lines.findLastIndex((line) => line.startsWith('error ['));
  const words = (at === -1 ? lines.slice(-2) : lines.slice(at)).join(' ').replace(/^error \[[\w-]+\]: /, '');
  return words === '' ? `it ended without a word; see ${path}.` : words;
}
