import { decidedByName } from '../http/headers.ts';

/** Headers by which intermediaries tell whom they stand for, and whom they have let in. */
const names: ReadonlySet<string> = new Set([
  'cdn-loop',
  'cf-access-jwt-assertion',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-ipcountry',
  'cf-ray',
  'cf-visitor',
  'client-ip',
  'do-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'forwarded',
  'incap-client-ip',
  'remote-user',
  'true-client-ip',
  'via',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-goog-iap-jwt-assertion',
  'x-nf-client-connection-ip',
  'x-original-host',
  'x-original-forwarded-for',
  'x-real-ip',
  'x-remote-user',
  'x-sucuri-clientip',
]);

const prefixes = ['x-forwarded', 'x-amzn-oidc-', 'x-arr-', 'x-vercel-', 'tailscale-'];

/**
 * Whether a header, its name in any case, says that somebody stands between the client and us. A call
 * with one never counts as local, and none of them goes upstream: they tell of the client's network, and
 * some of them let in whoever has them.
 */
export const isForwardingHeader = decidedByName(
  (name) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix)),
);
