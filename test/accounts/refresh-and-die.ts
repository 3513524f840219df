// Refreshes the tokens of the account "ann" in the home argv[2], at the provider argv[3], and kills itself before
// step argv[4] of that. Each change of a file is one, the request and its answer are two more; the second of its
// name is `name#2`. Prints each step before it is done, with the moment (ms since the epoch).
import { mock } from 'bun:test';
import { constants, writeSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { basename } from 'node:path';

const [home = '', url = '', deadly = ''] = process.argv.slice(2);
const times = new Map<string, number>();
let isCounting = false;

function step(name: string): void {
  if (!isCounting) return;
  const count = (times.get(name) ?? 0) + 1;
  times.set(name, count);
  // Written at once: whoever is killed next has no time for it.
  writeSync(1, `${name}#${count}\t${performance.timeOrigin + performance.now()}\n`);
  if (`${name}#${count}` === deadly) process.kill(process.pid, 'SIGKILL');
}

/** Names without what is random in them, or counts. */
const nameOf = (path: unknown): string =>
  basename(String(path) === home ? 'home' : String(path))
    .replace(/^\..*\.tmp$/, 'temporary')
    .replace(/-\d+$/, '');

const real = { ...files };
const open: typeof real.open = async (path, flags, mode) => {
  const writes = typeof flags === 'number' ? (flags & constants.O_WRONLY) !== 0 : flags !== 'r';
  const name = nameOf(path);
  if (writes) step(`open ${name}`);
  const handle = await real.open(path, flags, mode);
  for (const way of ['write', 'writeFile', 'chmod', 'sync'] as const) {
    const original = handle[way].bind(handle) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(handle, {
      [way]: (...args: unknown[]) => {
        step(`${way} ${name}`);
        return original(...args);
      },
    });
  }
  return handle;
};
const watched = {
  ...real,
  open,
  rename: (from: string, to: string) => {
    step(`rename ${nameOf(to)}`);
    return real.rename(from, to);
  },
  rm: (path: string, options?: object) => {
    step(`rm ${nameOf(path)}`);
    return real.rm(path, options);
  },
};
await mock.module('node:fs/promises', () => ({ ...watched, default: watched }));

// Loaded only now, so that everything below writes through the steps.
const { openRefresher, simAccount } = await import('./a-refresher.ts');
const { tokens, refresher, end } = await openRefresher(home, url, {
  provider: (provider) => ({
    refresh: async (name, token, signal) => {
      step('request');
      const answer = await provider.refresh(name, token, signal);
      step('answer');
      return answer;
    },
  }),
});
await tokens.read('acc_ann');
isCounting = true;
await refresher.refresh(simAccount('ann'));
isCounting = false;
await end();
