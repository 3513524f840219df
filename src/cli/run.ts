import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { constants as system } from 'node:os';
import { join } from 'node:path';
import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import { makePrivateFolder } from '../base/files.ts';
import { ownCommand } from '../base/own-command.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import { isLoopbackHost } from '../config/hosts.ts';
import { loadSettings } from '../config/load.ts';
import { openSender } from '../wire/send.ts';
import { startInBackground } from './background.ts';
import {
  applied,
  clientEnvironment,
  costs,
  type ClientEnvironment,
  type Entrance,
  type Variable,
} from '../access/claude-env.ts';
import { claudeSettingsPath, readSettingsFile, valueAt } from './claude-settings.ts';
import type { Action, Cli } from './cli.ts';
import { endpointOf, plannedUrl } from './endpoint.ts';
import { findProgram, startProgram, waitFor, type Ending } from './programs.ts';
import { problem } from './problems.ts';
import { plain } from './terminal.ts';

interface RunOptions {
  readonly passthrough?: boolean;
  readonly printEnv?: boolean;
  readonly port?: string;
}

/** `run -- claude …`. */
export const run: Action<RunOptions> = async (cli, options, words) => {
  if (options.printEnv === true) return printEnvironment(cli, options);
  const [program, ...rest] = words;
  if (program === undefined)
    throw problem('usage', {
      reason: 'What to start is missing, such as `run -- claude`.',
      help: ownCommand('run --help'),
    });
  // Before anything is started: a missing program is the commonest mistake.
  const file = await findProgram(program, cli.env);
  const environment = await withProxy(cli, options, (proxy) => environmentFor(cli, proxy, options));
  await tellCosts(cli, environment);
  await tellSettings(cli, environment);
  const child = await startProgram(file, rest, applied(cli.env, environment));
  return exitAs(await waitFor(child, process.stdin.isTTY));
};

interface Prepared extends ClientEnvironment {
  readonly url: string;
  readonly entrance: Entrance;
}

async function withProxy<T>(
  cli: Cli,
  { port }: RunOptions,
  use: (proxy: RemoteProxy) => Promise<T>,
): Promise<T> {
  const sender = openSender({ clock: cli.clock });
  try {
    const running = await findRunning(cli.places.run, sender);
    if (running !== undefined) return await use(running);
    cli.terminal.note(`starting ${product.name} in the background …`);
    const words = port === undefined ? [] : ['--port', port];
    const started = await startInBackground(cli, sender, words);
    const { pid, url } = started.running;
    cli.terminal.note(`It listens on ${url} (process ${pid}, log in ${cli.places.logs}).`);
    cli.terminal.note(`It goes on after this; \`${ownCommand('stop')}\` ends it.`);
    return await use(started);
  } finally {
    sender.close();
  }
}

async function environmentFor(cli: Cli, proxy: RemoteProxy, { passthrough }: RunOptions): Promise<Prepared> {
  const { url, needsKey } = await endpointOf(cli, proxy);
  const { accounts } = await proxy.status();
  const wanted = accounts.filter(
    ({ kind, enabled }) => enabled && (kind === 'passthrough') === (passthrough === true),
  );
  if (wanted.length === 0) throw problem(passthrough === true ? 'no-passthrough' : 'no-accounts');
  const key = needsKey ? await proxy.localKey() : undefined;
  const entrance = entranceFor(passthrough, key);
  return { url, entrance, ...clientEnvironment(url, entrance, cli.env) };
}

function entranceFor(passthrough: boolean | undefined, key: Secret | undefined): Entrance {
  if (passthrough === true) return { is: 'passthrough', key };
  return key === undefined ? { is: 'open' } : { is: 'key', key };
}

/** `--print-env`: what would be set and why, secrets masked. Starts nothing. */
async function printEnvironment(cli: Cli, options: RunOptions): Promise<number> {
  const sender = openSender({ clock: cli.clock });
  try {
    const running = await findRunning(cli.places.run, sender);
    const prepared =
      running === undefined
        ? await plannedEnvironment(cli, options)
        : await environmentFor(cli, running, options);
    show(cli, prepared, running !== undefined);
    return 0;
  } finally {
    sender.close();
  }
}

/** Before the proxy runs: what the settings promise. Whether a key is needed is known once it does. */
async function plannedEnvironment(cli: Cli, { passthrough, port }: RunOptions): Promise<Prepared> {
  const flags = { 'server.port': port };
  const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags });
  const url = plannedUrl(settings);
  if (url === undefined) throw problem('proxy-not-running');
  const needsKey = settings.clients.keys === 'required' || !isLoopbackHost(new URL(url).hostname);
  const key = needsKey ? new Secret('') : undefined;
  const entrance = entranceFor(passthrough, key);
  return { url, entrance, ...clientEnvironment(url, entrance, cli.env) };
}

function show(
  { terminal, isJson }: Cli,
  { url, set, removed, entrance }: Prepared,
  isRunning: boolean,
): void {
  const shown = ({ value }: Variable): string => (value instanceof Secret ? '(the client key)' : value);
  if (isJson) {
    terminal.json({
      url,
      running: isRunning,
      set: set.map((one) => ({
        name: one.name,
        value: shown(one),
        secret: one.value instanceof Secret,
        why: one.why,
      })),
      removed: removed.map(({ name, why }) => ({ name, why })),
    });
    return;
  }
  const widest = Math.max(...set.map((one) => `${one.name}=${shown(one)}`.length));
  for (const one of set) {
    terminal.print(
      `${`${one.name}=${shown(one)}`.padEnd(widest)}  ${terminal.styled('dim', `# ${one.why}`)}`,
    );
  }
  for (const { name, why } of removed)
    terminal.print(`${`unset ${name}`.padEnd(widest)}  ${terminal.styled('dim', `# ${why}`)}`);
  for (const line of costs(entrance)) terminal.note(line);
}

/** What is taken away is said each time; what a custom base URL costs, once. */
async function tellCosts(
  { terminal, places, env }: Cli,
  { set, removed, entrance }: Prepared,
): Promise<void> {
  const replaced = set.filter(({ name, value }) => {
    const before = env[name] ?? '';
    return before !== '' && before !== (value instanceof Secret ? value.reveal() : value);
  });
  if (removed.length > 0) {
    terminal.note(`not passed on: ${removed.map(({ name, why }) => `${name} (${why})`).join(', ')}`);
  }
  if (replaced.length > 0)
    terminal.note(`replaced for this run: ${replaced.map(({ name }) => name).join(', ')}`);
  const marker = join(places.home, `said-${entrance.is === 'passthrough' ? 'passthrough' : 'run'}`);
  if (await isThere(marker)) return;
  for (const line of costs(entrance)) terminal.note(plain(line));
  terminal.note(`(Said once. \`${ownCommand('run --print-env')}\` says it again.)`);
  await makePrivateFolder(places.home);
  await writeFile(marker, '', { mode: 0o600 });
}

/** Claude Code's own settings file has an `env` block too, and what stands there may win. */
async function tellSettings({ terminal, env, places }: Cli, { set, url }: Prepared): Promise<void> {
  const path = claudeSettingsPath(env, places.userHome);
  const file = await readSettingsFile(path).catch(() => undefined);
  const others = set.filter(({ name, value }) => {
    const there = valueAt(file?.text, ['env', name]);
    return there !== undefined && there !== (value instanceof Secret ? value.reveal() : value);
  });
  if (others.length === 0) return;
  const names = others.map(({ name }) => name).join(', ');
  terminal.note(`${path} sets ${names} to something else, which may keep Claude Code away from ${url}.`);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ends as the program did: with its code, or by the signal that ended it. */
function exitAs(ending: Ending): number {
  if (ending.is === 'exited') return ending.code;
  if (process.platform !== 'win32') process.kill(process.pid, ending.signal);
  // Where the signal did not end this process: what a shell would say.
  return 128 + (system.signals[ending.signal] ?? 0);
}
