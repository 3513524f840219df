import { readdir, readFile } from 'node:fs/promises';
import { product } from '../../base/product.ts';
import { declared } from './declared.ts';
import { single, type Family } from './family.ts';

/** What the process itself comes to. */
export async function collectProcess(): Promise<Family[]> {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const [open, most] = await Promise.all([openFds(), mostFds()]);
  return [
    single(declared.build, 1, [product.version, `bun ${Bun.version}`, process.platform, process.arch]),
    single(declared.heapBytes, heapUsed),
    single(declared.cpu, (user + system) / 1e6),
    single(declared.resident, rss),
    single(declared.startTime, performance.timeOrigin / 1000),
    ...(open === undefined ? [] : [single(declared.openFds, open)]),
    ...(most === undefined ? [] : [single(declared.maxFds, most)]),
  ];
}

/** Linux and macOS list what a process has open; the listing itself is one of it. */
async function openFds(): Promise<number | undefined> {
  const { platform } = process;
  if (platform !== 'linux' && platform !== 'darwin') return undefined;
  const folder = platform === 'linux' ? '/proc/self/fd' : '/dev/fd';
  const names = await readdir(folder).catch(() => undefined);
  return names && names.length - 1;
}

async function mostFds(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
