/** Every target there is, by its name, and those that somebody asks for. */
import { CannotMeasure } from '../instrument/processes.ts';
import { peer, peerNames } from './peers.ts';
import { proxy, proxyNames } from './proxy.ts';
import { direct, haproxy, nginx } from './servers.ts';
import type { Target } from './target.ts';

const servers: Readonly<Record<string, () => Target | string>> = { direct: () => direct, nginx, haproxy };

/** What is measured where nobody names anything. */
const usual = ['direct', 'nginx', 'proxy'];

/** Names for several; whoever of them is not installed is left out. */
const groups: Readonly<Record<string, readonly string[]>> = {
  peers: peerNames,
  all: ['direct', 'nginx', 'haproxy', 'proxy', 'two', ...peerNames],
};

export const targetNames: readonly string[] = [...Object.keys(servers), ...proxyNames, ...peerNames];
export const groupNames: readonly string[] = Object.keys(groups);

/** The names somebody means, each once: of targets and groups, the usual ones for none. */
export function namesOf(wanted: readonly string[] | undefined): string[] {
  return [...new Set((wanted ?? usual).flatMap((name) => groups[name] ?? [name]))];
}

/** Whether the proxy is among them, so that there has to be one. */
export function needsProxy(wanted: readonly string[] | undefined): boolean {
  return namesOf(wanted).some((name) => proxyNames.includes(name));
}

/** The targets asked for; `notice` is told of what is not installed, unless its very name was asked for. */
export function chosenTargets(
  wanted: readonly string[] | undefined,
  binary: string | undefined,
  notice: (text: string) => void,
): Target[] {
  const chosen: Target[] = [];
  for (const name of namesOf(wanted)) {
    if (!targetNames.includes(name)) {
      const known = [...targetNames, ...groupNames].join(', ');
      throw new CannotMeasure(`There is no target "${name}". There are: ${known}`);
    }
    const made = servers[name]?.() ?? (proxyNames.includes(name) ? proxy(name, binary) : peer(name));
    if (typeof made !== 'string') chosen.push(made);
    else if (wanted?.includes(name) === true) throw new CannotMeasure(made);
    else notice(made);
  }
  return chosen;
}
