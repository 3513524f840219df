import type { Origin } from '../admin/pages/asker.ts';
import type { Call } from '../http/call.ts';
import { header, headerValues } from '../http/headers.ts';
import { isIpv6 } from '../config/hosts.ts';
import { isForwarded, isLocal, isPublicName, type DoorSettings } from '../proxy/doors.ts';

/** Where a request comes from, and under which name the browser sees us. `isTrusted`: of `server.trusted_proxies`. */
export function originOf(
  call: Call,
  settings: DoorSettings,
  isTrusted: (address: string) => boolean,
): Origin {
  const peer = bare(call.peer.address);
  const host = (header(call.headers, 'host') ?? 'localhost').trim().toLowerCase();
  const isBehind = isForwarded(call) && isTrusted(peer);
  const isPublic = settings.publicUrl !== undefined && (isBehind || isPublicName(call, settings));
  return {
    local: isLocal(call, settings),
    address: isBehind ? clientOf(call, peer, isTrusted) : peer,
    url: isPublic && settings.publicUrl !== undefined ? settings.publicUrl : `${scheme(call)}://${host}`,
  };
}

function scheme({ peer }: Call): string {
  return peer.secure ? 'https' : 'http';
}

/**
 * Who stands before the proxies we trust: each adds, at the end, whom it heard from. What a client has written
 * itself stands further left, and is not believed.
 */
function clientOf(call: Call, peer: string, isTrusted: (address: string) => boolean): string {
  const named = headerValues(call.headers, 'x-forwarded-for')
    .flatMap((value) => value.split(','))
    .map((part) => bare(part.trim().replace(/^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2')));
  let client = peer;
  for (const address of named.toReversed()) {
    if (!isTrusted(client) || !isAddress(address)) return client;
    client = address;
  }
  return client;
}

function isAddress(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || isIpv6(text);
}

function bare(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}
