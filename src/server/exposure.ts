import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import { isLoopbackHost } from '../config/hosts.ts';
import type { Settings } from '../config/settings.ts';

/**
 * Refuses to listen where strangers could come in: an address other than loopback needs client keys, and
 * either TLS or a `public_url` behind trusted proxies.
 *
 * @param keys how many client keys there are
 * @throws Problem exposed-without-keys, exposed-without-tls
 */
export function checkExposure({ server, clients }: Settings, keys: number): void {
  if (isLoopbackHost(server.host)) return;
  if (clients.keys === 'off' || keys === 0) {
    throw new Problem(
      'exposed-without-keys',
      `${server.host} can be reached from other machines, and no client key is required.`,
      clients.keys === 'off'
        ? 'Remove clients.keys = "off", or listen on 127.0.0.1.'
        : `Make a key first (${ownCommand('keys create NAME')}), or listen on 127.0.0.1.`,
    );
  }
  const hasTls = server.tlsCert !== undefined && server.tlsKey !== undefined;
  const isBehindProxy = server.publicUrl !== undefined && server.trustedProxies.length > 0;
  if (hasTls || isBehindProxy) return;
  throw new Problem(
    'exposed-without-tls',
    `${server.host} can be reached from other machines, and keys would travel unencrypted.`,
    'Set server.tls_cert and server.tls_key, or server.public_url with server.trusted_proxies, or listen on 127.0.0.1.',
  );
}
