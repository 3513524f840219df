import { GatewayError } from '../base/errors.ts';
import type { Call } from '../http/call.ts';
import { isLoopbackAddress } from '../proxy/doors.ts';

/** Whether an address is one of `server.trusted_proxies`: addresses and CIDR ranges. */
export function trustedBy(ranges: readonly string[]): (address: string) => boolean {
  // Most have none, and the library of sockets is more than this asks for.
  if (ranges.length === 0) return () => false;
  const { BlockList, isIPv6 } = process.getBuiltinModule('node:net');
  const trusted = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return (given) => {
    const address = given.replace(/^::ffff:(?=\d+\.)/i, '');
    return trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
}

/**
 * Refuses plain connections from elsewhere that no trusted proxy stands behind: whoever dials the plain port
 * of a machine directly would send keys unencrypted.
 *
 * @param isTrusted whether an address is a trusted proxy's
 * @returns the check; it throws GatewayError not_permitted
 */
export function peerCheck(isTrusted: (address: string) => boolean): (call: Call) => void {
  return ({ peer }) => {
    if (peer.secure || isLoopbackAddress(peer.address) || isTrusted(peer.address)) return;
    throw new GatewayError(
      'not_permitted',
      'Plain connections are accepted from this machine and from server.trusted_proxies only.',
      { shouldRetry: false },
    );
  };
}
