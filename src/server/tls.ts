import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import type { TlsFiles } from '../wire/listener.ts';

/** Renewals happen every few weeks; a look now and then is enough, and works on every file system (ms). */
const lookMs = 10_000;

export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads and checks certificate and key.
 *
 * @throws Problem tls-unreadable, tls-invalid
 */
export async function readTls({ cert, key }: TlsPaths): Promise<TlsFiles> {
  const { createPrivateKey, X509Certificate } = await import('node:crypto');
  const files = { cert: await readPem(cert), key: await readPem(key) };
  try {
    const certificate = new X509Certificate(files.cert);
    if (!certificate.checkPrivateKey(createPrivateKey(files.key)))
      throw new Error('the key belongs to another certificate');
  } catch (error) {
    throw new Problem(
      'tls-invalid',
      `${cert} and ${key} do not make a TLS identity: ${messageOf(error)}.`,
      'Give a PEM certificate chain and its own PEM private key.',
    );
  }
  return files;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Problem(
      'tls-unreadable',
      `${path} cannot be read: ${messageOf(error)}.`,
      'Check server.tls_cert and server.tls_key, and that this user may read the files.',
    );
  }
}

/** Hands over a renewed certificate; a broken one is told and the old one stays. Returns the way to stop. */
export function watchTls(
  paths: TlsPaths,
  clock: Clock,
  log: Log,
  renew: (tls: TlsFiles) => void,
): () => void {
  let seen: string | undefined;
  let cancel = (): void => {};
  let isStopped = false;
  const look = async (): Promise<void> => {
    const stamp = await stampOf(paths);
    if (seen !== undefined && stamp !== seen) {
      try {
        renew(await readTls(paths));
        log.info('certificate renewed', { cert: paths.cert });
      } catch (error) {
        log.error('renewed certificate cannot be used; the old one stays', { reason: messageOf(error) });
      }
    }
    seen = stamp;
    if (!isStopped) cancel = clock.after(lookMs, () => void look());
  };
  void look();
  return () => {
    isStopped = true;
    cancel();
  };
}

async function stampOf({ cert, key }: TlsPaths): Promise<string> {
  const parts = await Promise.all(
    [cert, key].map(async (path) => {
      try {
        const { mtimeMs, size, ino } = await stat(path);
        return `${mtimeMs} ${size} ${ino}`;
      } catch {
        return 'missing';
      }
    }),
  );
  return parts.join(' ');
}
