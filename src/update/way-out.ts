import { isLoopbackHost } from '../config/hosts.ts';
import type { Way } from '../wire/sender.ts';

/** What the wire can go through. */
const protocols = ['http:', 'https:', 'socks5:'];

/**
 * The outbound proxy that the environment names for `url`, as curl and most programs read it (`https_proxy`,
 * `all_proxy`, `no_proxy`, in small letters or large); undefined for none. Accounts have proxies of their own, and are
 * not asked: this is a call of ours, to another place.
 */
export function wayOutFor(url: URL, env: Readonly<Record<string, string | undefined>>): Way | undefined {
  const said = (name: string): string => env[name] || env[name.toUpperCase()] || '';
  const named = said(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') || said('all_proxy');
  if (named === '' || isLoopbackHost(url.hostname) || isExcepted(url, said('no_proxy'))) return undefined;
  const proxy = URL.parse(named.includes('://') ? named : `http://${named}`);
  return proxy !== null && protocols.includes(proxy.protocol) ? { proxy } : undefined;
}

/** `*`, a host, or a domain with all hosts in it; with a port where only that one is meant. */
function isExcepted({ hostname, host, port, protocol }: URL, list: string): boolean {
  const full = port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
  return list
    .split(/[,\s]+/)
    .map((one) => one.toLowerCase().replace(/^\*?\./, ''))
    .some(
      (one) =>
        one === '*' ||
        [hostname, full].some((mine) => one !== '' && (mine === one || mine.endsWith(`.${one}`))),
    );
}
