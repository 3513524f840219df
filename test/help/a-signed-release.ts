import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sshSignature } from '../../scripts/release/packages/ssh-signature.ts';
import { product } from '../../src/base/product.ts';
import { publicKeyText, sign } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';

export const releaseKey = newSecretKey();
export const releaseKeyText = publicKeyText(releaseKey);

/** A binary of a few bytes: it says its version, and writes down what it was called with. */
export function smallBinary(version: string, log: string): string {
  return [
    '#!/bin/sh',
    `case "$1" in --version) echo "${product.binary} ${version}" ;; *) echo "$*" >>"${log}" ;; esac`,
    '',
  ].join('\n');
}

export interface SignedReleaseOptions {
  readonly version?: string;
  readonly product?: string;
  readonly expires?: string;
  /** The content of the binary of each target. */
  readonly binaries: Readonly<Record<string, string>>;
}

/** A release, signed both ways, as files by name. */
export function aSignedRelease(options: SignedReleaseOptions): Map<string, Uint8Array> {
  const { version = '1.2.3', expires = '2999-01-01T00:00:00.000Z', binaries } = options;
  const files = new Map<string, Uint8Array>();
  for (const [target, content] of Object.entries(binaries)) {
    const name = `${product.binary}-${target}`;
    files.set(name, Buffer.from(content));
    files.set(`${name}.gz`, gzipSync(content));
  }
  const date = '2026-05-05T00:00:00Z';
  const about = {
    product: options.product ?? product.binary,
    version,
    date,
    expires,
    notes: 'a "version": "9.9.9"',
  };
  files.set('release.json', Buffer.from(JSON.stringify(about, undefined, 2)));
  resign(files, version);
  return files;
}

/** Writes and signs the list of hashes anew. */
export function resign(files: Map<string, Uint8Array>, version: string, key = releaseKey): void {
  for (const name of ['checksums.txt', 'checksums.txt.minisig', 'checksums.txt.sshsig']) files.delete(name);
  const lines = [...files].map(
    ([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`,
  );
  const list = Buffer.from(lines.join(''));
  files.set('checksums.txt', list);
  files.set(
    'checksums.txt.minisig',
    Buffer.from(sign(list, key, `${product.binary} ${version} 2026-05-05T00:00:00Z`)),
  );
  files.set('checksums.txt.sshsig', Buffer.from(sshSignature(list, key)));
}

/** Serves files by name on this machine. An answer that is set goes before the file of that name. */
export class ReleaseServer {
  readonly answers = new Map<string, (answer: ServerResponse) => void>();
  readonly asked: string[] = [];
  readonly files: Map<string, Uint8Array>;
  readonly #server: Server;

  private constructor(files: Map<string, Uint8Array>) {
    this.files = files;
    this.#server = createServer(({ url = '' }, answer) => {
      const name = basename(url);
      this.asked.push(name);
      const file = files.get(name);
      const lie = this.answers.get(name);
      if (lie !== undefined) lie(answer);
      else if (file === undefined) answer.writeHead(404).end('no such file');
      else answer.end(file);
    });
  }

  static async open(files: Map<string, Uint8Array>): Promise<ReleaseServer> {
    const made = new ReleaseServer(files);
    made.#server.listen(0, '127.0.0.1');
    await once(made.#server, 'listening');
    return made;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
