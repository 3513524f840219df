import { GatewayError } from '../base/errors.ts';
import { isLoopbackHost } from '../config/hosts.ts';
import type { Call } from '../http/call.ts';
import { decidedByName, header, headerCount, headerValues, type HeaderList } from '../http/headers.ts';
import { isForwardingHeader } from './forwarding.ts';
import { isApiTarget } from './route.ts';

/** The settings the doors look at. */
export interface DoorSettings {
  readonly publicUrl?: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/**
 * Whether a call comes from a program on this machine, straight: over loopback, with no forwarding header
 * and not under the public name. Only such callers see status and administration.
 */
export function isLocal(call: Call, settings: DoorSettings): boolean {
  if (!isLoopbackAddress(call.peer.address) || isForwarded(call)) return false;
  const host = hostName(call.headers);
  return host !== undefined && isLoopbackName(host) && host !== publicName(settings);
}

/** Whether a header says that somebody stands between the client and us. */
export function isForwarded({ headers }: Call): boolean {
  for (let at = 0; at < headers.length; at += 2) {
    if (isForwardingHeader(headers[at] ?? '')) return true;
  }
  return false;
}

/** Whether a call came under the host of `server.public_url`. */
export function isPublicName(call: Call, settings: DoorSettings): boolean {
  return hostName(call.headers) === publicName(settings);
}

/**
 * Lets no web page in: a page of another site reaches this port either under its own name (DNS rebinding:
 * the Host tells) or across sites (the Origin or Sec-Fetch-Site tells).
 *
 * @throws GatewayError bad_request, wrong_host, wrong_origin
 */
export function checkDoors(call: Call, settings: DoorSettings): void {
  const host = headerCount(call.headers, 'host') === 1 ? hostName(call.headers) : undefined;
  if (host === undefined)
    throw new GatewayError('bad_request', 'The request needs exactly one valid Host header.');
  if (!isOurName(host, call, settings)) {
    throw new GatewayError(
      'wrong_host',
      `This proxy does not answer to the name ${JSON.stringify(host)}; add it to server.allowed_hosts if it is yours.`,
    );
  }
  if (isFromPage(call)) checkOrigin(call, settings);
}

/** Browsers tell of the page that makes a call; other clients send neither. */
function isFromPage({ headers }: Call): boolean {
  return header(headers, 'origin') !== undefined || header(headers, 'sec-fetch-site') !== undefined;
}

function checkOrigin(call: Call, settings: DoorSettings): void {
  const origins = headerValues(call.headers, 'origin');
  const foreign = origins.find((origin) => !isOurOrigin(origin, call, settings));
  if (foreign !== undefined) {
    throw new GatewayError(
      'wrong_origin',
      `Web pages of ${JSON.stringify(foreign)} may not use this proxy; add the origin to server.allowed_origins if it is yours.`,
    );
  }
  if (origins.length > 0) return;
  const sent = headerValues(call.headers, 'sec-fetch-site');
  if (sent.length === 0) return;
  const sites = sent.map((site) => site.trim().toLowerCase());
  const isForeign = sites.some((site) => site !== 'same-origin' && site !== 'none');
  // A link from elsewhere may open a page here; everything else of another site may not happen.
  if (isForeign && !isOpening(call))
    throw new GatewayError('wrong_origin', 'Web pages of another site may not use this proxy.');
}

/**
 * A link or an address that somebody follows: it reads, and the page it came from cannot see the answer. The
 * API has nothing to open: there a page could make calls on our accounts, in as many frames as it likes.
 */
function isOpening({ method, headers, target }: Call): boolean {
  if ((method !== 'GET' && method !== 'HEAD') || isApiTarget(target)) return false;
  return header(headers, 'sec-fetch-mode') === 'navigate';
}

function isOurName(host: string, call: Call, settings: DoorSettings): boolean {
  // An address cannot be rebound: the name is what the attacker of a rebinding needs.
  if (isLoopbackName(host) || host === bare(call.peer.localAddress)) return true;
  return host === publicName(settings) || settings.allowedHosts.some((name) => name.toLowerCase() === host);
}

function isOurOrigin(text: string, call: Call, settings: DoorSettings): boolean {
  const origin = text.trim().toLowerCase();
  if (settings.allowedOrigins.includes(origin)) return true;
  if (settings.publicUrl !== undefined && origin === new URL(settings.publicUrl).origin) return true;
  const scheme = call.peer.secure ? 'https' : 'http';
  return origin === `${scheme}://${(header(call.headers, 'host') ?? '').trim().toLowerCase()}`;
}

/** The host of the `Host` header without its port, lower case, brackets off; undefined where it is no host. */
function hostName(headers: HeaderList): string | undefined {
  const text = header(headers, 'host');
  return text === undefined ? undefined : hostIn(text);
}

/** Every call has one, and they are the same few. */
const hostIn = decidedByName((text): string | undefined => {
  const found = /^(?:\[([0-9a-f:.]*:[0-9a-f:.]*)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(text.trim());
  return found?.[1] ?? found?.[2];
});

function publicName({ publicUrl }: DoorSettings): string | undefined {
  return publicUrl === undefined ? undefined : nameIn(publicUrl);
}

const nameIn = decidedByName((url) => bare(new URL(url).hostname));

function bare(address: string): string {
  return address
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
}

/** Only this machine resolves names under `localhost` (RFC 6761 §6.3). */
const isLoopbackName = decidedByName((host) => isLoopbackHost(host) || host.endsWith('.localhost'));

/** Whether an address of a peer is this machine's: the same few dial in over and over. */
export const isLoopbackAddress = decidedByName(isLoopbackHost);
