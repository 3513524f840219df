import { availableParallelism } from 'node:os';
import { Problem } from '../../base/problem.ts';
import type { Settings } from '../../config/settings.ts';

/** More cores than that have no more for us to do. */
const mostOfAuto = 8;

/**
 * How many processes the settings want, the first one counted.
 *
 * @throws Problem workers-unsupported where several cannot share a port
 */
export function processesWanted(
  { server: { workers, wire } }: Pick<Settings, 'server'>,
  platform: NodeJS.Platform = process.platform,
): number {
  const why =
    platform === 'linux'
      ? wire === 'own'
        ? undefined
        : 'server.wire = "node" listens in one process only'
      : 'this system gives the connections of a port to one process only';
  if (workers === 'auto') return why === undefined ? Math.min(mostOfAuto, availableParallelism()) : 1;
  if (workers === 1 || why === undefined) return workers;
  throw new Problem(
    'workers-unsupported',
    `server.workers = ${workers} is not possible here: ${why}.`,
    'Set server.workers = 1, or "auto", which is 1 here.',
  );
}
