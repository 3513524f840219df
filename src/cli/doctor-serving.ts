import type { AccountView } from '../admin/contract-accounts.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import { ownCommand } from '../base/own-command.ts';
import { product } from '../base/product.ts';
import type { Settings } from '../config/settings.ts';
import { claudeSettingsPath, readSettingsFile, valueAt } from './claude-settings.ts';
import type { Cli } from './cli.ts';
import type { Stock } from './doctor-database.ts';
import type { Found } from './doctor-found.ts';
import { clientUrl, plannedUrl } from './endpoint.ts';
import { setUpWithoutKey } from './key-duty.ts';
import { checkPort } from './port-free.ts';
import { asProblem } from './problems.ts';
import { standingWords } from './words.ts';

/** Whether some account could serve. */
export async function checkAccounts(
  { accounts }: Stock,
  { accounts: { file, folder } }: Settings,
  proxy: RemoteProxy | undefined,
): Promise<Found[]> {
  const name = 'accounts';
  const add = `Add one: ${ownCommand('auth add NAME --kind api-key')}`;
  const none: Found = { name, is: 'warn', says: 'there is none yet', fix: add };
  if (proxy === undefined) {
    const mounted = file ?? folder;
    if (accounts.length === 0 && mounted !== undefined)
      return [{ name, is: 'ok', says: `none is stored; those in ${mounted} are read at the start` }];
    if (accounts.length === 0) return [none];
    const on = accounts.filter(({ enabled }) => enabled).length;
    const says = `${accounts.length}, ${on} of them switched on; the proxy is not running, so nothing is known of them`;
    return [
      { name, is: on > 0 ? 'ok' : 'warn', says, ...(on === 0 && { fix: 'Switch one on: auth enable NAME' }) },
    ];
  }
  const { totals, accounts: seen } = await proxy.status();
  if (totals.accounts === 0) return [none];
  const is = totals.ready === 0 ? 'fail' : totals.resting + totals.signedOut > 0 ? 'warn' : 'ok';
  const all: Found = { name, is, says: `${totals.ready} of ${totals.accounts} ready` };
  const unwell = seen.filter(({ standing }) => standing.is === 'signed-out');
  return [
    all,
    ...unwell.map((account): Found => {
      const says = `${account.name}: ${standingWords(account.standing, Date.now())}`;
      return { name, is: 'warn', says, fix: renewal(account) };
    }),
    ...seen.flatMap((account) => unrenewed(account) ?? []),
  ];
}

/** An account that may serve until its token expires, which cannot be renewed. */
function unrenewed({ name, standing, signIn }: AccountView): Found | undefined {
  const failure = signIn?.lastFailure ?? undefined;
  if (failure === undefined || standing.is === 'signed-out' || standing.is === 'switched-off')
    return undefined;
  const says = `${name}: its token could not be renewed: ${failure.reason}`;
  const fix = `It is tried again by itself; try it now: ${ownCommand(`auth refresh ${name}`)}`;
  return { name: 'accounts', is: 'warn', says, fix };
}

function renewal({ name, kind, from }: AccountView): string {
  if (from !== null) return `Put the right secret where ${from} says.`;
  if (kind === 'oauth') return `Sign in: ${ownCommand(`auth login ${name}`)}`;
  const mistake = `\`${ownCommand(`auth enable ${name}`)}\` if it was a mistake`;
  return `Give it a new secret: \`${ownCommand(`auth set ${name} --new-secret`)}\`; or ${mistake}.`;
}

/** The running proxy and its health; else whether its port is free. */
export async function checkServing(
  cli: Cli,
  settings: Settings,
  proxy: RemoteProxy | undefined,
): Promise<Found> {
  const name = 'proxy';
  if (proxy !== undefined) {
    const { url, pid, version } = proxy.running;
    const health = await proxy.health();
    const says = `running at ${url} (process ${pid}, version ${version})`;
    const output = health.output ?? '';
    if (version !== product.version) {
      const fix = `This command is version ${product.version}; restart the proxy.`;
      return { name, is: 'warn', says, fix };
    }
    if (health.status === 'pass') return { name, is: 'ok', says };
    return {
      name,
      is: health.status,
      says: `${says}\n${output}`,
      fix: `See \`${ownCommand('status')}\` and its log.`,
    };
  }
  const { host, port } = settings.server;
  if (port === 0) return { name, is: 'ok', says: 'not running; it takes any free port' };
  try {
    await checkPort(cli, { host, port });
    return { name, is: 'ok', says: `not running; ${host} port ${port} is free` };
  } catch (error) {
    const { message, fix } = asProblem(error);
    return { name, is: 'fail', says: message, fix };
  }
}

/** Whether Claude Code's own settings, or this shell, lead it here. Both are optional: `run` needs neither. */
export async function checkClaude(
  cli: Cli,
  settings: Settings,
  proxy: RemoteProxy | undefined,
): Promise<Found> {
  const name = 'claude code';
  const path = claudeSettingsPath(cli.env, cli.places.userHome);
  const { text } = await readSettingsFile(path);
  const ours = proxy === undefined ? plannedUrl(settings) : clientUrl(proxy.running.url, settings);
  const inFile = valueAt(text, ['env', 'ANTHROPIC_BASE_URL']);
  const inShell = cli.env['ANTHROPIC_BASE_URL'] ?? '';
  if (typeof inFile === 'string') {
    const found = pointing(name, path, inFile, ours);
    const isKeyless = found.is === 'ok' && (await setUpWithoutKey(cli)) !== undefined;
    if (!isKeyless || proxy === undefined || !(await proxy.status()).keysRequired) return found;
    const says = `${path} leads here without a client key, and the proxy wants one by now`;
    return { name, is: 'fail', says, fix: `\`${ownCommand('setup claude')}\` again gives it one.` };
  }
  if (inShell !== '') return pointing(name, 'ANTHROPIC_BASE_URL of this shell', inShell, ours);
  const says = `not set up to come here by itself; \`${ownCommand('run -- claude')}\` leads it, \`${ownCommand('setup claude')}\` for always`;
  return { name, is: 'ok', says };
}

function pointing(name: string, where: string, url: string, ours: string | undefined): Found {
  if (ours !== undefined && url.replace(/\/$/, '') === ours)
    return { name, is: 'ok', says: `${where} leads here` };
  const fix = `\`${ownCommand('setup claude')}\` writes the right address, \`--undo\` takes it out.`;
  const here = ours === undefined ? 'the proxy is not running' : `the proxy is at ${ours}`;
  return { name, is: 'warn', says: `${where} leads to ${url}; ${here}`, fix };
}
