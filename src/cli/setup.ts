import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import { ownCommand } from '../base/own-command.ts';
import { Secret } from '../base/secret.ts';
import { isLoopbackHost } from '../config/hosts.ts';
import { loadSettings } from '../config/load.ts';
import {
  answerTimeoutMs,
  clientEnvironment,
  conflicting,
  costs,
  type Entrance,
} from '../access/claude-env.ts';
import {
  changedText,
  claudeSettingsPath,
  copyPath,
  digestOf,
  holds,
  readSettingsFile,
  replace,
  valueAt,
  type Change,
  type SettingsFile,
} from './claude-settings.ts';
import type { Action, Cli } from './cli.ts';
import { endpointOf, plannedUrl, type Endpoint } from './endpoint.ts';
import { problem } from './problems.ts';
import { quoted } from './quote.ts';
import { withHome, withRunning } from './reach.ts';
import { selfCommand } from './self.ts';
import { SetupRecords, type SetupRecord } from './setup-record.ts';
import { undo } from './setup-undo.ts';

interface SetupOptions {
  readonly undo?: boolean;
  readonly dryRun?: boolean;
  readonly passthrough?: boolean;
}

/** `setup claude`. */
export const setup: Action<SetupOptions> = async (cli, options, [client = '']) => {
  if (client !== 'claude')
    throw problem('value-invalid', { option: 'The client', value: client, expects: 'claude' });
  const path = claudeSettingsPath(cli.env, cli.places.userHome);
  const file = await readSettingsFile(path);
  const records = new SetupRecords(cli.places);
  if (options.undo === true) return undo(cli, file, records, options.dryRun === true);
  const { changes, entrance } = await changesFor(cli, file, options.passthrough === true);
  const before = await records.of(file.path);
  const isDone = before !== undefined && holds(file.text, changes);
  if (options.dryRun !== true && !isDone) await write(file, changes, before, records);
  tellResult(cli, file, changes, { isDone, isDry: options.dryRun === true, entrance });
  return 0;
};

/** What the file should say, given how clients get into the proxy. */
async function changesFor(
  cli: Cli,
  file: SettingsFile,
  isPassthrough: boolean,
): Promise<{ changes: Change<string>[]; entrance: Entrance }> {
  const { url, needsKey } = await knownEndpoint(cli);
  // A key beside a sign-in of one's own could only stand in the file as it is.
  if (isPassthrough && needsKey) throw problem('setup-needs-run');
  const entrance: Entrance = isPassthrough
    ? { is: 'passthrough', key: undefined }
    : needsKey
      ? { is: 'key', key: new Secret('') }
      : { is: 'open' };
  const timeout = valueAt(file.text, ['env', 'API_TIMEOUT_MS']);
  const isTheirs = typeof timeout === 'string' && timeout !== answerTimeoutMs;
  const { set } = clientEnvironment(url, entrance, isTheirs ? { API_TIMEOUT_MS: timeout } : {});
  const helped = set.filter(({ value }) => !(value instanceof Secret));
  const changes: Change<string>[] = helped.map(({ name, value }) => ({
    path: ['env', name],
    value: String(value),
  }));
  // The helper stands behind both in Claude Code's order, so neither may stay.
  const outranking = needsKey ? ['ANTHROPIC_AUTH_TOKEN'] : [];
  for (const name of [...outranking, ...conflicting(entrance).map((one) => one.name)]) {
    if (valueAt(file.text, ['env', name]) !== undefined)
      changes.push({ path: ['env', name], value: undefined });
  }
  if (needsKey) {
    const words = [...selfCommand(), 'key-helper', '--home', cli.places.home];
    changes.push({ path: ['apiKeyHelper'], value: quoted(words, process.platform) });
  }
  return { changes, entrance };
}

/** Of the running proxy; else what settings and keys promise. */
async function knownEndpoint(cli: Cli): Promise<Endpoint> {
  return withRunning(cli, async (proxy) => {
    if (proxy !== undefined) return endpointOf(cli, proxy);
    const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
    const url = plannedUrl(settings);
    if (url === undefined) throw problem('proxy-not-running');
    const { keys } = settings.clients;
    const hasKeys = await withHome(cli, ({ stores }) => Promise.resolve(stores.keys.hasAny));
    const isStranger = !isLoopbackHost(new URL(url).hostname);
    return { url, needsKey: isStranger || keys === 'required' || (keys === 'auto' && hasKeys) };
  });
}

async function write(
  file: SettingsFile,
  changes: readonly Change<string>[],
  before: SetupRecord | undefined,
  records: SetupRecords,
): Promise<void> {
  const isOurs = before?.wrote !== null && before?.wrote === digestOf(file.text ?? '');
  // A second run keeps the copy of the first: that is the file without us.
  const copy = before === undefined ? await keepCopy(file) : before.copy;
  const original = copy === null ? undefined : await readFile(copy, 'utf8').catch(() => undefined);
  const isNamed = (path: readonly string[]): boolean =>
    changes.some((change) => change.path.join('\0') === path.join('\0'));
  const earlier = (before?.changes ?? []).filter(({ path }) => !isNamed(path));
  const stale = earlier.filter(({ value }) => value !== null);
  const text = changedText(file.text, [
    ...stale.map(({ path }) => ({ path, value: valueAt(original, path) })),
    ...changes,
  ]);
  if (file.text === undefined) await makePrivateFolder(dirname(file.path));
  // The record first: a crash in between leaves something to undo rather than nothing.
  await records.keep({
    version: 1,
    file: file.path,
    copy,
    wrote: before === undefined || isOurs ? digestOf(text) : null,
    changes: [
      ...earlier.filter(({ value }) => value === null),
      ...changes.map(({ path, value }) => ({
        path: [...path],
        value: value ?? null,
      })),
    ],
  });
  await replace(file, text);
}

async function keepCopy(file: SettingsFile): Promise<string | null> {
  if (file.text === undefined) return null;
  const copy = copyPath(file.path);
  // An older copy whose record is gone may be the only one of its kind.
  const older = await readFile(copy, 'utf8').catch(() => undefined);
  if (older !== undefined && older !== file.text) await writePrivateFile(`${copy}.${Date.now()}`, older);
  await rm(copy, { force: true });
  await writePrivateFile(copy, file.text);
  return copy;
}

function tellResult(
  { terminal, isJson }: Cli,
  file: SettingsFile,
  changes: readonly Change<string>[],
  { isDone, isDry, entrance }: { isDone: boolean; isDry: boolean; entrance: Entrance },
): void {
  const shown = changes.map(({ path, value }) => ({
    path: path.join('.'),
    // What is taken out may be a secret of the user's; its name says enough.
    value: value ?? null,
    change: valueAt(file.text, path) === value ? 'none' : value === undefined ? 'remove' : 'set',
  }));
  if (isJson) {
    terminal.json({ file: file.path, written: !isDry && !isDone, changes: shown });
    return;
  }
  if (isDone) terminal.print(`${file.path} is set up already.`);
  else terminal.print(`${isDry ? 'would change' : 'changed'} ${file.path}:`);
  for (const { path, value, change } of shown) {
    if (change === 'set') terminal.print(`  ${terminal.styled('green', '+')} ${path} = ${value}`);
    if (change === 'remove') terminal.print(`  ${terminal.styled('red', '-')} ${path}`);
  }
  if (!isDone) for (const line of costs(entrance, 'take it back')) terminal.note(line);
  terminal.note(`To take it back: ${ownCommand('setup claude --undo')}`);
}
