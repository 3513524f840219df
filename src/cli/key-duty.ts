import { isLoopbackHost } from '../config/hosts.ts';
import { loadSettings } from '../config/load.ts';
import { placeholder } from '../access/claude-env.ts';
import { claudeSettingsPath, readSettingsFile, valueAt } from './claude-settings.ts';
import type { Cli } from './cli.ts';
import type { Reached } from './reach.ts';

/** Whether a call of this machine needs a client key: as the running proxy says, else as settings and keys promise. */
export async function isKeyNeeded(cli: Cli, { management, proxy }: Reached): Promise<boolean> {
  if (proxy !== undefined) return (await proxy.status()).keysRequired;
  const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
  const { keys } = settings.clients;
  if (keys !== 'auto') return keys === 'required';
  if (!isLoopbackHost(settings.server.host)) return true;
  return (await management.listKeys()).some(({ state }) => state === 'active');
}

/**
 * The settings file of Claude Code, where `setup` wrote into it while no key was needed: what stands there in
 * place of one opens nothing once keys are.
 */
export async function setUpWithoutKey({ env, places }: Cli): Promise<string | undefined> {
  const path = claudeSettingsPath(env, places.userHome);
  const file = await readSettingsFile(path).catch(() => undefined);
  return valueAt(file?.text, ['env', 'ANTHROPIC_AUTH_TOKEN']) === placeholder ? file?.path : undefined;
}
