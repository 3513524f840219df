import { dlopen, ptr } from 'bun:ffi';

/** What the C library is called (Linux: glibc, then musl), and the numbers of its options (socket(7), setsockopt(2)). */
const systems: Readonly<
  Partial<Record<NodeJS.Platform, { libraries: string[]; level: number; reusePort: number }>>
> = {
  linux: {
    libraries: ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'],
    level: 1,
    reusePort: 15,
  },
  darwin: { libraries: ['/usr/lib/libSystem.B.dylib'], level: 0xffff, reusePort: 0x0200 },
};

/** SO_ATTACH_REUSEPORT_CBPF and SO_DETACH_REUSEPORT_BPF (5.3 and later), of Linux alone. */
const ofLinux = { filter: 51, noFilter: 68 };

/**
 * Lets other processes of this user listen where the socket `fd` does (SO_REUSEPORT), or no longer: both have to want
 * it, so that a proxy that is started there by mistake still finds the address in use. Once somebody has joined, taking it
 * back keeps out no program of this user any more that asks for a share.
 *
 * @returns whether the system does that
 */
export function shareAddress(fd: number, isShared: boolean): boolean {
  const value = Int32Array.of(isShared ? 1 : 0);
  return setOption(fd, 'reusePort', value);
}

/**
 * Has the system give all new connections of the address to one of the sockets that listen there, that number `index` in the
 * order in which they began. Where there is none of that number any more they are dealt out by chance again.
 *
 * Without it a listener that closes resets the connections that wait in its queue; with it nothing new comes to the
 * queue, which is empty soon. On macOS the socket that began last gets all of them by itself.
 */
export function giveAllTo(fd: number, index: number): boolean {
  // `struct sock_filter`: return the constant `index` (BPF_RET | BPF_K), and `struct sock_fprog` around it.
  const filter = Buffer.alloc(8);
  filter.writeUInt16LE(0x06, 0);
  filter.writeUInt32LE(index, 4);
  const program = Buffer.alloc(16);
  program.writeUInt16LE(1, 0);
  program.writeBigUInt64LE(BigInt(ptr(filter)), 8);
  return process.platform === 'darwin' || setOption(fd, 'filter', program);
}

/** Takes that back: new connections are dealt out by chance. */
export function dealOut(fd: number): boolean {
  return process.platform === 'darwin' || setOption(fd, 'noFilter', Int32Array.of(0));
}

function setOption(
  fd: number,
  option: keyof typeof ofLinux | 'reusePort',
  value: Int32Array | Buffer,
): boolean {
  const system = systems[process.platform];
  if (system === undefined) return false;
  for (const library of system.libraries) {
    try {
      const libc = dlopen(library, {
        setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
      });
      const number = option === 'reusePort' ? system.reusePort : ofLinux[option];
      const code = libc.symbols.setsockopt(fd, system.level, number, ptr(value), value.byteLength);
      libc.close();
      return code === 0;
    } catch {
      // The other C library, then.
    }
  }
  return false;
}
