import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RemoteProxy } from '../admin/remote.ts';
import { messageOf } from '../base/errors.ts';
import { oldLogs } from '../base/log-archive.ts';
import { sizeText } from '../base/size-words.ts';
import { logPath } from '../config/places.ts';
import type { Settings } from '../config/settings.ts';
import type { Cli } from './cli.ts';
import type { Found } from './doctor-found.ts';

const name = 'log';

/** Where the log is, how large it is, and whether it can be written. */
export async function checkLog(
  { places }: Cli,
  settings: Settings,
  proxy: RemoteProxy | undefined,
): Promise<Found> {
  const running = await proxy?.log.view();
  const path = running === undefined ? logPath(places, settings.log.file) : running.file?.path;
  if (path === undefined) return { name, is: 'ok', says: 'kept in no file, as log.file says' };
  const refusal = running?.file?.trouble ?? (await refusalOf(path));
  if (refusal !== undefined) {
    const fix = `Make ${path} a file this user may write, with room on its disk; the proxy goes on with it by itself.`;
    return { name, is: 'warn', says: `it cannot be written, so lines are lost: ${refusal}`, fix };
  }
  const files = [{ path }, ...(await oldLogs(path))];
  const sizes = await Promise.all(files.map((file) => sizeOf(file.path)));
  if (files.length === 1 && sizes[0] === 0) return { name, is: 'ok', says: `${path}, nothing in it yet` };
  const old = files.length === 1 ? '' : ` with ${files.length - 1} older`;
  return { name, is: 'ok', says: `${path}${old}, ${sizeText(sizes.reduce((sum, size) => sum + size, 0))}` };
}

/** Why nothing could be appended; undefined where it could, or where the start makes what is missing. */
async function refusalOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && !found.isFile()) return `${path} is not a file`;
    if (found !== undefined) await access(path, constants.W_OK);
    const folder = await nearestFolder(dirname(path));
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  const above = dirname(folder);
  return found !== undefined || above === folder ? folder : nearestFolder(above);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
