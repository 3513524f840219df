import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { askJson, type Said } from '../admin/ask.ts';
import type { RemoteProxy } from '../admin/remote.ts';
import { messageOf } from '../base/errors.ts';
import type { Settings } from '../config/settings.ts';
import { openSender } from '../wire/send.ts';
import type { Cli } from './cli.ts';
import type { Stock } from './doctor-database.ts';
import type { Found } from './doctor-found.ts';

const name = 'reverse proxy';
const deadlineMs = 10_000;

/**
 * Whether callers from elsewhere are told from those of this machine. A reverse proxy on this machine that sets
 * no forwarding header makes everybody look like a program here: that can be tried where the public URL is
 * known, and only be said where it is not. Nothing is said where nobody but this machine is meant to come.
 */
export async function checkFront(
  cli: Cli,
  settings: Settings,
  { keys }: Stock,
  proxy: RemoteProxy | undefined,
  offline: boolean,
): Promise<Found[]> {
  const { publicUrl } = settings.server;
  if (publicUrl === undefined) return keys === 0 ? [] : [undeclared];
  if (offline || proxy === undefined) {
    const why = offline ? '--offline' : 'the proxy is not running';
    return [{ name, is: 'ok', says: `${publicUrl} was not asked (${why})` }];
  }
  return [await tried(cli, settings, publicUrl, proxy.running.pid)];
}

const undeclared: Found = {
  name,
  is: 'ok',
  says:
    'none declared (server.public_url). If one on this machine leads here and sets no X-Forwarded-For, its\n' +
    'callers count as programs of this machine and see /status; docs/reverse-proxy.md tells how to set it up.',
};

/** Asks for what only this machine may see, by the way that others come. */
async function tried(cli: Cli, settings: Settings, publicUrl: string, pid: number): Promise<Found> {
  const { extraCa } = settings.upstream;
  const sender = openSender({
    clock: cli.clock,
    extraCa: extraCa === undefined ? undefined : await readFile(extraCa, 'utf8'),
  });
  try {
    const asked = { method: 'GET', path: '/status', deadlineMs };
    return judged(await askJson(sender, publicUrl, asked), publicUrl, pid);
  } catch (error) {
    return notKnown(publicUrl, messageOf(error));
  } finally {
    sender.close();
  }
}

const ours = z.object({ pid: z.number() });
const refusal = z.object({ error: z.object({ type: z.string() }) });

function judged({ status, value }: Said, publicUrl: string, pid: number): Found {
  if (status === 200 && ours.safeParse(value).data?.pid === pid) {
    return {
      name,
      is: 'fail',
      says: `callers of ${publicUrl} count as programs of this machine: no forwarding header comes with them`,
      fix: 'Let the reverse proxy set X-Forwarded-For on every request (docs/reverse-proxy.md shows how).',
    };
  }
  if (status === 403 && refusal.safeParse(value).data?.error.type === 'permission_error')
    return { name, is: 'ok', says: `callers of ${publicUrl} count as callers from elsewhere` };
  return notKnown(publicUrl, `it answered ${status}`);
}

function notKnown(publicUrl: string, reason: string): Found {
  return {
    name,
    is: 'warn',
    says: `whether callers of ${publicUrl} count as callers from elsewhere is not known: ${reason}`,
    fix: 'Check that this machine reaches server.public_url, and that it leads to this proxy.',
  };
}
