import { readFile } from 'node:fs/promises';
import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { userAgent } from '../base/product.ts';
import type { Settings } from '../config/settings.ts';
import { header } from '../http/headers.ts';
import { redirectOf } from '../http/redirect.ts';
import { openSender } from '../wire/send.ts';
import type { Delivery, Sender } from '../wire/sender.ts';
import type { Cli } from './cli.ts';
import type { Stock } from './doctor-database.ts';
import type { Found } from './doctor-found.ts';

/** Long enough for a slow network, short enough for a person who waits (ms). */
const deadlineMs = 10_000;

/** Certificates and rate-limit windows go wrong from about here (ms). */
const mostClockErrorMs = 5 * 60_000;

/** Whether each upstream answers at all: one request without a credential, so it costs nothing. */
export async function checkUpstreams(cli: Cli, settings: Settings, { accounts }: Stock): Promise<Found[]> {
  const inUse = accounts.filter(({ enabled }) => enabled);
  const urls = new Set([
    ...inUse.filter(({ hasOwnWay }) => !hasOwnWay).map(({ baseUrl }) => baseUrl),
    ...(accounts.length === 0 ? [settings.upstream.baseUrl] : []),
  ]);
  const { extraCa } = settings.upstream;
  const sender = openSender({
    clock: cli.clock,
    extraCa: extraCa === undefined ? undefined : await readFile(extraCa, 'utf8'),
  });
  try {
    const looks = await Promise.all([...urls].map((url) => checkOne(cli, sender, url)));
    return [...looks.flat(), ...ownWays(inUse.filter(({ hasOwnWay }) => hasOwnWay).length)];
  } finally {
    sender.close();
  }
}

/** What an outbound proxy wants to know is secret, and only the account itself can go that way. */
function ownWays(count: number): Found[] {
  if (count === 0) return [];
  const accounts = count === 1 ? '1 account has' : `${count} accounts have`;
  const says = `${accounts} a way out of their own; \`${ownCommand('auth test NAME')}\` takes it`;
  return [{ name: 'upstream', is: 'ok', says }];
}

async function checkOne({ clock }: Cli, sender: Sender, baseUrl: string): Promise<Found[]> {
  const name = 'upstream';
  const url = new URL(baseUrl);
  const asked = clock.monotonic();
  const delivery = await sender.send({
    origin: url,
    method: 'HEAD',
    // Claude Code asks the same before a session; it needs no credential.
    target: `${url.pathname.replace(/\/$/, '')}/api/hello`,
    headers: ['host', url.host, 'user-agent', userAgent, 'accept', '*/*'],
    body: undefined,
    signal: AbortSignal.timeout(deadlineMs),
    connectMs: deadlineMs,
    headMs: deadlineMs,
  });
  if (delivery.is !== 'answered') {
    const fix = 'Check the network, a firewall or proxy in between, and the base URL of the account.';
    return [{ name, is: 'fail', says: `${baseUrl} does not answer: ${reasonOf(delivery)}`, fix }];
  }
  const { status, body, headers } = delivery.answer;
  if (body !== undefined && 'cancel' in body) body.cancel();
  const elsewhere = redirectOf(status, headers);
  if (elsewhere !== undefined) {
    const fix =
      'Give the account the base URL it leads to, if that is the right one: redirects are never followed.';
    return [{ name, is: 'warn', says: `${baseUrl} redirects to ${elsewhere}`, fix }];
  }
  const ms = Math.round(clock.monotonic() - asked);
  const reachable: Found = { name, is: 'ok', says: `${baseUrl} answers (${ms} ms)` };
  return [reachable, ...checkClock(header(headers, 'date'), clock.now())];
}

/** The clock of this machine against that of the upstream. */
function checkClock(date: string | undefined, now: number): Found[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  const offMs = Math.abs(now - theirs);
  if (offMs <= mostClockErrorMs) return [{ name: 'clock', is: 'ok', says: 'agrees with the upstream' }];
  const says = `is ${Math.round(offMs / 60_000)} minutes ${now > theirs ? 'ahead of' : 'behind'} the upstream`;
  return [
    {
      name: 'clock',
      is: 'warn',
      says,
      fix: 'Set the clock of this machine: resets and expiries depend on it.',
    },
  ];
}

function reasonOf(delivery: Exclude<Delivery, { is: 'answered' }>): string {
  switch (delivery.is) {
    case 'unreachable':
    case 'lost':
      return messageOf(delivery.cause);
    case 'late':
    case 'cancelled':
      return `nothing within ${deadlineMs / 1_000} seconds`;
  }
}
