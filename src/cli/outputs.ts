import { fstatSync, statSync, writeSync } from 'node:fs';
import { product } from '../base/product.ts';
import type { Output } from './terminal.ts';

// The streams of `process` bring the runtime's library of streams and terminals along, three megabytes of it. A proxy
// behind a pipe or a file needs nothing of that: docs/decisions/0516-what-an-idle-proxy-still-loads.md.

/** Standard output of a program that says little there. A reader that went away ends it, as everywhere. */
export function standardOutput(): Output {
  if (isDevice(1)) return watched(process.stdout);
  return {
    write(text) {
      try {
        writeSync(1, typeof text === 'string' ? Buffer.from(text) : text);
      } catch (error) {
        cannotWrite(error);
      }
    },
  };
}

/** Standard error; nobody waits for whoever reads it, and nothing ends because it cannot be written. */
export function standardError(): Output {
  if (isDevice(2)) return quiet(process.stderr);
  const sink = Bun.stderr.writer();
  return {
    write(text) {
      try {
        for (const written of [sink.write(text), sink.flush()])
          if (written instanceof Promise) written.catch(() => {});
      } catch {
        // Full disks and closed pipes are no reason to stop.
      }
    },
  };
}

/** `stream`, which says what becomes of what is written to it. */
export function watched(stream: NodeJS.WriteStream): Output {
  stream.on('error', cannotWrite);
  return stream;
}

function quiet(stream: NodeJS.WriteStream): Output {
  stream.on('error', () => {});
  return stream;
}

/** A reader that went away (`| head`) is no failure; a disk without room for what was asked for is one. */
function cannotWrite(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  if (code === 'EPIPE') process.exit(0);
  standardError().write(`${product.binary}: standard output cannot be written: ${code}\n`);
  process.exit(1);
}

/** Whether it could be a terminal. What a console of Windows is, its streams know best. */
function isDevice(descriptor: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev;
  } catch {
    // Closed by whoever started us.
    return true;
  }
}
