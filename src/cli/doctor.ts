import type { RemoteProxy } from '../admin/remote.ts';
import { loadSettings } from '../config/load.ts';
import { defaultSettings, type Settings } from '../config/settings.ts';
import type { Action, Cli } from './cli.ts';
import { checkCapture } from './doctor-capture.ts';
import { checkDatabase, emptyStock, type Stock } from './doctor-database.ts';
import type { Found } from './doctor-found.ts';
import { checkFront } from './doctor-front.ts';
import { checkHome, checkRuntime } from './doctor-home.ts';
import { checkLog } from './doctor-log.ts';
import { checkAccounts, checkClaude, checkServing } from './doctor-serving.ts';
import { checkUpdate } from './doctor-update.ts';
import { checkUpstreams } from './doctor-upstream.ts';
import { checkVault } from './doctor-vault.ts';
import { asProblem } from './problems.ts';
import { withRunning } from './reach.ts';
import { plain } from './terminal.ts';

/** `doctor`: looks at everything, changes nothing; exits with 1 when something fails. */
export const doctor: Action<{ offline?: boolean }> = async (cli, { offline = false }) => {
  const found = await withRunning(cli, (proxy) => examine(cli, proxy, offline));
  const fails = found.filter(({ is }) => is === 'fail').length;
  const warnings = found.filter(({ is }) => is === 'warn').length;
  if (cli.isJson) cli.terminal.json({ ok: fails === 0, checks: found });
  else show(cli, found, fails, warnings);
  return fails === 0 ? 0 : 1;
};

async function examine(cli: Cli, proxy: RemoteProxy | undefined, offline: boolean): Promise<Found[]> {
  const found: Found[] = [checkRuntime()];
  const look = async (name: string, check: () => Promise<Found | Found[]>): Promise<void> => {
    try {
      found.push(...[await check()].flat());
    } catch (error) {
      const { message, fix } = asProblem(error);
      found.push({ name, is: 'fail', says: message, fix });
    }
  };
  let settings: Settings = defaultSettings;
  let stock: Stock = emptyStock;
  await look('home', () => checkHome(cli));
  await look('settings', async () => {
    const { settings: loaded, content } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
    settings = loaded;
    return {
      name: 'settings',
      is: 'ok',
      says: content === undefined ? 'no file; the defaults hold' : cli.places.config,
    };
  });
  await look('log', () => checkLog(cli, settings, proxy));
  await look('vault', () => checkVault(cli, settings, proxy));
  await look('database', async () => {
    const { database } = settings;
    // Its driver is loaded by those alone who need it.
    const { found: about, stock: held } =
      database.url === undefined
        ? await checkDatabase(cli.places.database, proxy !== undefined)
        : await (await import('./doctor-postgres.ts')).checkPostgres(cli.env, database);
    stock = held;
    return about;
  });
  await look('capture', () => checkCapture(cli, settings, proxy));
  await look('accounts', () => checkAccounts(stock, settings, proxy));
  await look('proxy', () => checkServing(cli, settings, proxy));
  await look('reverse proxy', () => checkFront(cli, settings, stock, proxy, offline));
  if (offline) found.push({ name: 'upstream', is: 'ok', says: 'not asked (--offline)' });
  else await look('upstream', () => checkUpstreams(cli, settings, stock));
  await look('claude code', () => checkClaude(cli, settings, proxy));
  await look('update', () => checkUpdate(cli, settings));
  return found;
}

function show({ terminal }: Cli, found: readonly Found[], fails: number, warnings: number): void {
  const widest = Math.max(...found.map(({ name }) => name.length));
  const styles = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
  for (const { name, is, says, fix } of found) {
    const [first = '', ...rest] = says.split('\n').map(plain);
    terminal.print(`${terminal.styled(styles[is], is.padEnd(4))}  ${name.padEnd(widest)}  ${first}`);
    const indent = ' '.repeat(8 + widest);
    for (const line of rest) terminal.print(`${indent}${line}`);
    if (fix !== undefined) terminal.print(`${indent}${terminal.styled('cyan', 'fix')}: ${plain(fix)}`);
  }
  terminal.print();
  if (fails === 0 && warnings === 0) terminal.print('Everything is well.');
  else terminal.print(`${count(fails, 'failure')}, ${count(warnings, 'warning')}.`);
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}
