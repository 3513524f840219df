import { dlopen, ptr } from 'bun:ffi';
import type { Clock } from '../base/clock.ts';
import { longestOpeningMs } from '../base/opening.ts';
import type { Environment } from '../config/environment.ts';

/** The runtime has no datagram sockets of the Unix family, so the C library is asked (glibc, then musl). */
const libraries = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'];

const unixFamily = 1;
/** SOCK_DGRAM | SOCK_CLOEXEC: programs that we start do not get it. */
const datagram = 2 | 0o2000000;
/** MSG_DONTWAIT: a supervisor that does not read must not stop what runs here. */
const withoutWaiting = 0x40;

/** What systemd wants to hear of a service (sd_notify(3)). */
export interface Supervisor {
  /** It is opening what it needs, which may take {@link longestOpeningMs}, whatever an older unit says. */
  opening(): void;
  /** The proxy listens. */
  ready(url: string): void;
  /** It is stopping, and that may take so many seconds. */
  stopping(seconds: number): void;
  /** Another process has taken its place: what this one does from now on is its own business. */
  succeededBy(pid: number): void;
  close(): void;
}

/**
 * The supervisor that started this process, as it says in `env`; undefined where none wants to hear anything. From
 * `ready` on it also hears that the process is alive, as often as it wants (`WatchdogSec=`).
 */
export function supervisorOf(env: Environment, clock: Clock, pid: number): Supervisor | undefined {
  const address = env['NOTIFY_SOCKET'] ?? '';
  if (!/^[/@]/.test(address)) return undefined;
  const send = openSocket(address);
  if (send === undefined) return undefined;
  const aliveEveryMs = watchdogMs(env, pid);
  let cancel = (): void => {};
  let isMain = true;
  const tellAlive = (): void => {
    send('WATCHDOG=1', withoutWaiting);
    if (aliveEveryMs !== undefined) cancel = clock.after(aliveEveryMs, tellAlive);
  };
  return {
    opening() {
      send(`STATUS=opening\nEXTEND_TIMEOUT_USEC=${longestOpeningMs * 1e3}`);
    },
    ready(url) {
      send(`READY=1\nSTATUS=listening on ${url}`);
      if (aliveEveryMs !== undefined) tellAlive();
    },
    stopping(seconds) {
      if (!isMain) return;
      send(`STOPPING=1\nSTATUS=running answers may end\nEXTEND_TIMEOUT_USEC=${Math.ceil(seconds * 1e6)}`);
    },
    succeededBy(successor) {
      isMain = false;
      cancel();
      // Nobody heard what that one said of itself until now.
      send(`MAINPID=${successor}\nWATCHDOG=1`);
    },
    close() {
      cancel();
    },
  };
}

/** Half of what the supervisor waits for, as it advises; undefined where it does not watch this process. */
function watchdogMs(env: Environment, pid: number): number | undefined {
  const wanted = Number(env['WATCHDOG_USEC']);
  const whom = env['WATCHDOG_PID'] ?? '';
  return wanted > 0 && (whom === '' || whom === String(pid)) ? wanted / 2_000 : undefined;
}

/** Sends lines to the socket at `address`; undefined where the C library cannot be had. Never fails otherwise. */
function openSocket(address: string): ((lines: string, flags?: number) => void) | undefined {
  const libc = openLibrary();
  if (libc === undefined) return undefined;
  const { socket, sendto } = libc.symbols;
  const descriptor = socket(unixFamily, datagram, 0);
  if (descriptor < 0) return undefined;
  const target = addressBytes(address);
  return (lines, flags = 0) => {
    const bytes = Buffer.from(lines);
    sendto(descriptor, ptr(bytes), bytes.length, flags, ptr(target), target.length);
  };
}

/** `struct sockaddr_un`: a leading `@` is the NUL of an abstract name (unix(7)). */
function addressBytes(address: string): Buffer {
  const path = Buffer.from(address.startsWith('@') ? `\0${address.slice(1)}` : `${address}\0`);
  const family = Buffer.from(Uint16Array.of(unixFamily).buffer);
  return Buffer.concat([family, path]);
}

function openLibrary() {
  for (const name of libraries) {
    try {
      return dlopen(name, {
        socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
        sendto: { args: ['i32', 'ptr', 'u64', 'i32', 'ptr', 'u32'], returns: 'i64' },
      });
    } catch {
      // The other C library, then.
    }
  }
  return undefined;
}
