// A network of its own in which there is nothing but this machine: what runs in it and wants to go anywhere else
// cannot, whatever it is. Linux alone has such a thing without further ado (network_namespaces(7)).
import { spawnSync } from 'node:child_process';

const inside = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** With the rights that one has, else as nobody but oneself in a namespace of users, where the system allows that. */
const ways = [
  ['unshare', '--net', ...inside],
  ['unshare', '--map-root-user', '--net', ...inside],
];

/** The words that go before a program to cut it off; none where this machine cannot, which is said. */
export function cutOff() {
  if (process.platform === 'linux') {
    const way = ways.find(([program, ...args]) => spawnSync(program, [...args, 'true']).status === 0);
    if (way !== undefined) return way;
  }
  console.warn(
    'SKIPPED: the network is not cut off: this needs Linux, unshare (util-linux) and ip (iproute2)',
  );
  return [];
}
