import { constants } from 'node:fs';
import { access, copyFile, rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import { sampleSettings } from '../config/document.ts';
import { loadSettings } from '../config/load.ts';
import { settingsSchema } from '../config/schema.ts';
import { shownSettings } from '../config/show.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { plain } from './terminal.ts';

/** `config show [key]`. */
export const configShow: Action<object> = async (cli, _, [key]) => {
  const all = shownSettings(await loadSettings({ places: cli.places, env: cli.env, flags: {} }));
  const shown = key === undefined ? all : all.filter((one) => one.key === key);
  if (key !== undefined && shown.length === 0) throw problem('setting-unknown', { key: plain(key) });
  if (cli.isJson) {
    cli.terminal.json(shown.map((one) => ({ ...one, value: one.value ?? null })));
    return 0;
  }
  const rows = shown.map(({ key: name, value, source }) => [
    name,
    value === undefined
      ? ({ text: 'not set', style: 'dim' } as const)
      : { text: plain(JSON.stringify(value)) },
    source === 'default' ? ({ text: source, style: 'dim' } as const) : { text: plain(source) },
  ]);
  cli.terminal.table(['SETTING', 'VALUE', 'FROM'], rows);
  return 0;
};

/** `config path`. */
export const configPath: Action<object> = async ({ terminal, places, isJson }) => {
  if (isJson) terminal.json({ path: places.config, exists: await isThere(places.config), home: places.home });
  else terminal.print(places.config);
  return 0;
};

/** `config schema`. */
export const configSchema: Action<object> = ({ terminal }) => {
  terminal.json(settingsSchema());
  return Promise.resolve(0);
};

/** `config validate [file]`. */
export const configValidate: Action<object> = async (cli, _, [file]) => {
  const places =
    file === undefined ? cli.places : { ...cli.places, config: resolve(file), isConfigNamed: true };
  const { content } = await loadSettings({ places, env: cli.env, flags: {} });
  if (cli.isJson) {
    cli.terminal.json({ valid: true, path: places.config, exists: content !== undefined });
  } else {
    const where = content === undefined ? `there is no ${places.config}; the defaults hold` : places.config;
    cli.terminal.print(`${cli.terminal.styled('green', 'ok')}  ${where}`);
  }
  return 0;
};

/** `config init [--force]`. */
export const configInit: Action<{ force?: boolean }> = async (cli, { force = false }) => {
  const { config, home } = cli.places;
  const exists = await isThere(config);
  if (exists && !force) throw problem('file-exists', { file: config });
  const kept = exists ? await keep(config) : undefined;
  if (!cli.places.isConfigNamed) await makePrivateFolder(home);
  await writePrivateFile(config, sampleSettings());
  tellInit(cli, config, kept);
  return 0;
};

function tellInit({ terminal, isJson }: Cli, path: string, kept: string | undefined): void {
  if (isJson) {
    terminal.json({ path, kept: kept ?? null });
    return;
  }
  terminal.print(`wrote ${path}`);
  if (kept !== undefined) terminal.note(`the old file is ${kept}`);
}

/** Puts a copy beside the file; never over an older copy. */
async function keep(file: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const copy = `${file}.old${number === 1 ? '' : number}`;
    if (await isThere(copy)) continue;
    const making = `${copy}.tmp`;
    await copyFile(file, making);
    await rename(making, copy);
    return copy;
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
