import type { RemoteProxy } from '../admin/remote.ts';
import { isEveryAddress, isLoopbackHost } from '../config/hosts.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { Cli } from './cli.ts';

/**
 * Where clients on this machine reach the proxy: its public name where it has one, since a certificate is
 * made out to that; else where it listens, "every address" read as this machine.
 */
export function clientUrl(listening: string, { server }: Settings): string {
  if (server.publicUrl !== undefined) return server.publicUrl.replace(/\/$/, '');
  const url = new URL(listening);
  if (isEveryAddress(url.hostname)) url.hostname = url.hostname.startsWith('[') ? '[::1]' : '127.0.0.1';
  return url.origin;
}

/** The same before the proxy listens; undefined where the settings leave the port to chance. */
export function plannedUrl(settings: Settings): string | undefined {
  const { host, port, tlsCert } = settings.server;
  if (port === 0 && settings.server.publicUrl === undefined) return undefined;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return clientUrl(`${tlsCert === undefined ? 'http' : 'https'}://${name}:${port}`, settings);
}

/** What a client on this machine needs to know of a running proxy. */
export interface Endpoint {
  readonly url: string;
  readonly needsKey: boolean;
}

/** Asks the running proxy. @throws Problem config-invalid, proxy-unreachable */
export async function endpointOf(cli: Cli, proxy: RemoteProxy): Promise<Endpoint> {
  const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
  const status = await proxy.status();
  const url = clientUrl(status.url, settings);
  // Whoever does not come straight over loopback counts as a stranger and needs a key.
  const isRequired = status.keysRequired || settings.clients.keys === 'required';
  return { url, needsKey: isRequired || !isLoopbackHost(new URL(url).hostname) };
}
