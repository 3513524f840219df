import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LineLog } from '../base/log.ts';
import { product } from '../base/product.ts';
import { loadSettings } from '../config/load.ts';
import { homeVariable } from '../config/environment.ts';
import { placesOf } from '../config/places.ts';
import { startServer } from '../server/start.ts';
import { isTrialFolder, trialFolderStart } from '../update/trial-words.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';

/** What a proxy of its own may take for one answer (ms). */
const answerMs = 30_000;

/**
 * `self-test`: what an update has a new program do before it is put in place, in a folder that holds nothing but a
 * copy of the database: read the settings, open that copy, start on a free port, answer. Nothing of the person's
 * is touched, and no secret is at hand. Older versions read what it prints.
 */
export const selfTest: Action<object> = async (cli) => {
  await loadSettings({ places: cli.places, env: cli.env, flags: {} });
  const { home } = cli.places;
  // Without one of an update, a folder with nothing in it: never a home that somebody uses.
  const isTrial = isTrialFolder(basename(home));
  const folder = isTrial ? home : await mkdtemp(join(tmpdir(), trialFolderStart));
  try {
    await serveOnce(cli, folder);
  } finally {
    if (!isTrial) await rm(folder, { recursive: true, force: true });
  }
  if (cli.isJson) cli.terminal.json({ ok: true, version: product.version });
  else cli.terminal.print(`version ${product.version} starts, opens the database and answers`);
  return 0;
};

/** Starts with the usual settings: those of the person name ports, certificates and accounts that are in use. */
async function serveOnce({ clock }: Cli, folder: string): Promise<void> {
  const env = { [homeVariable]: folder };
  const places = placesOf({ env, userHome: folder, workingFolder: folder });
  const flags = { 'server.port': 0, 'vault.backend': 'key-file', 'update.check': false };
  const loaded = await loadSettings({ places, env, flags });
  const log = new LineLog({ level: 'error', format: 'json', colour: false, clock });
  const server = await startServer({ places, env, flags, loaded, log, clock });
  try {
    const health: unknown = await (await asked(`${server.url}/health`)).json();
    const says =
      typeof health === 'object' && health !== null && 'version' in health ? health.version : undefined;
    if (says !== product.version)
      throw problem('self-test-failed', { reason: '/health says another version' });
    const page = await asked(`${server.url}/accounts`);
    if (page.status !== 200 || !(await page.text()).includes('<html'))
      throw problem('self-test-failed', { reason: `the page answers with status ${page.status}` });
  } finally {
    await server.stop();
  }
}

function asked(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(answerMs), redirect: 'manual' });
}
