import { ownCommand } from '../base/own-command.ts';
import type { Settings } from '../config/settings.ts';
import { newerThan, recall } from '../update/memory.ts';
import { feedIfAny } from '../update/trust.ts';
import type { Cli } from './cli.ts';
import type { Found } from './doctor-found.ts';
import { plain } from './terminal.ts';
import { currentOf, otherWay } from './update-here.ts';
import { agoWords } from './words.ts';

const name = 'update';

/** Whether a newer version is known, and whether anybody could know of one. Asks nobody: a look is remembered. */
export async function checkUpdate(cli: Cli, { update }: Settings): Promise<Found> {
  const { version, installed } = currentOf(cli);
  const way = otherWay(installed);
  if (way !== undefined) return { name, is: 'ok', says: `version ${version}; to update it: ${way}` };
  const memory = await recall(cli.places.update);
  const { trouble, at } = memory.looked ?? {};
  const newer = newerThan(version, memory);
  const fix = `Take it: ${ownCommand('update')}`;
  if (newer !== null)
    return { name, is: 'warn', says: `version ${newer} is available; this is ${version}`, fix };
  if (feedIfAny(update) === undefined) {
    const lacks =
      update.feedUrl === undefined ? 'no place where releases are published' : 'no key that signs releases';
    return { name, is: 'ok', says: `version ${version}; this build knows ${lacks}` };
  }
  if (trouble !== undefined && trouble.code !== 'update-unreachable')
    return { name, is: 'warn', says: `version ${version}; ${plain(trouble.says)}`, fix: plain(trouble.fix) };
  const looked = agoWords(at === undefined ? null : new Date(at).toISOString(), cli.clock.now());
  const last = trouble === undefined ? `looked for newer ones: ${looked}` : plain(trouble.says);
  return { name, is: 'ok', says: `version ${version}; ${last}` };
}
