import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { wallClock } from '../../src/base/clock.ts';
import { sameFileAt } from '../../src/base/same-file.ts';
import type { Answer } from '../../src/http/call.ts';
import { header } from '../../src/http/headers.ts';
import { usualPatience, type Asking, type Patience } from '../../src/update/asking.ts';
import { look } from '../../src/update/look.ts';
import { publicKeyText, readPublicKeys, sign, type SecretKey } from '../../src/update/minisign.ts';
import type { Asset, Release } from '../../src/update/release.ts';
import { replaceProgram, type Here, type Step } from '../../src/update/replace.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import type { Feed } from '../../src/update/trust.ts';
import { openSender } from '../../src/wire/send.ts';
import { anUpstream, type SeenCall, type Upstream } from './an-upstream.ts';

/** The one machine of these tests. */
export const target = 'linux-amd64';
export const binaryName = `claude-code-proxy-${target}`;
const commit = 'c'.repeat(40);

/** A program that says it is `version`, and whose trial ends as `trial` says. Not for Windows. */
export function aProgram(
  version: string,
  trial = `{"ok":true,"version":"${version}"}`,
  binary = 'claude-code-proxy',
): Buffer {
  const facts = JSON.stringify({ binary, version, commit });
  // As long as one piece of a download, and more.
  const padding = `# ${'x'.repeat(100)}\n`.repeat(1_000);
  return Buffer.from(
    `#!/bin/sh\ncase "$1" in\n--version) echo '${facts}' ;;\nself-test) echo '${trial}' ;;\n*) exit 64 ;;\nesac\nexit 0\n${padding}`,
  );
}

export interface ReleaseOptions {
  version: string;
  program?: Buffer;
  /** What is signed with, where that is not the key of the feed. */
  key?: SecretKey;
  published?: number;
  expires?: number;
  product?: string;
  /** Changes what is said of the release before it is signed. */
  edit?: (release: Release) => object;
  /** Only the binary itself, no archive. */
  isBare?: boolean;
  /** What the archive is, where it is not one of the program. */
  archive?: Uint8Array;
}

const day = 86_400_000;

/** The files of a release, by name, as `scripts/release` makes them. */
export function aRelease(key: SecretKey, options: ReleaseOptions): Map<string, Uint8Array> {
  const { version, published = Date.now() - day, expires = Date.now() + 365 * day, isBare = false } = options;
  const program = options.program ?? aProgram(version);
  const files = new Map<string, Uint8Array>([[binaryName, program]]);
  if (!isBare) files.set(`${binaryName}.gz`, options.archive ?? gzipSync(program));
  const date = new Date(published - day).toISOString();
  const release: Release = {
    product: options.product ?? 'claude-code-proxy',
    version,
    commit,
    date,
    published: new Date(published).toISOString(),
    expires: new Date(expires).toISOString(),
    notes: `### ${version}\n\n- It is better.\n`,
    assets: [...files].map(([name, bytes]): Asset => {
      const about = { name, target, size: bytes.length, sha256: sha256(bytes) };
      return name.endsWith('.gz')
        ? { ...about, kind: 'archive', of: binaryName }
        : { ...about, kind: 'binary' };
    }),
  };
  files.set('release.json', Buffer.from(JSON.stringify(options.edit?.(release) ?? release)));
  return withSums(files, options.key ?? key, `claude-code-proxy ${version} ${date}`);
}

/** The same files with the list of their hashes, and its signature. */
export function withSums(
  files: Map<string, Uint8Array>,
  key: SecretKey,
  comment: string,
): Map<string, Uint8Array> {
  const sums = Buffer.from([...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join(''));
  return new Map([
    ...files,
    ['checksums.txt', sums],
    ['checksums.txt.minisig', Buffer.from(sign(sums, key, comment))],
  ]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A server of releases on a free port, which can lie. */
export class ReleaseServer {
  readonly key = newSecretKey();
  files = new Map<string, Uint8Array>();
  /** What to answer instead; undefined for the truth. */
  lie: (name: string, call: SeenCall) => Answer | undefined = () => undefined;
  #upstream: Upstream | undefined;

  static async start(): Promise<ReleaseServer> {
    const server = new ReleaseServer();
    server.#upstream = await anUpstream((call) => server.answer(call));
    return server;
  }

  get upstream(): Upstream {
    if (this.#upstream === undefined) throw new Error('it does not listen');
    return this.#upstream;
  }

  publish(options: ReleaseOptions): this {
    this.files = aRelease(this.key, options);
    return this;
  }

  get feed(): Feed {
    return { url: new URL('/latest/', this.upstream.url), keys: readPublicKeys(publicKeyText(this.key)) };
  }

  /** The names that were asked for, with the range where there was one. */
  get asked(): string[] {
    return this.upstream.calls.map(({ target: path, headers }) => {
      const range = header(headers, 'range');
      return `${path.split('/').at(-1) ?? ''}${range === undefined ? '' : ` ${range}`}`;
    });
  }

  answer(call: SeenCall): Answer {
    const name = call.target.replace('/latest/', '');
    const lie = this.lie(name, call);
    if (lie !== undefined) return lie;
    const bytes = this.files.get(name);
    if (bytes === undefined) return { status: 404, headers: [], body: Buffer.from('no such file') };
    return ranged(bytes, header(call.headers, 'range'));
  }

  close(): Promise<void> {
    return this.upstream.close();
  }
}

/** `bytes`, or what is left of them behind where the range begins. */
function ranged(bytes: Uint8Array, range: string | undefined): Answer {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const headers = ['content-type', 'application/octet-stream'];
  if (range === undefined) return { status: 200, headers, body: bytes };
  if (from >= bytes.length) return { status: 416, headers, body: Buffer.alloc(0) };
  const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: [...headers, 'content-range', contentRange], body: bytes.subarray(from) };
}

/** A program that is installed in `folder`, at version 1.0.0, and can be updated. */
export class AnInstallation {
  readonly before = aProgram('1.0.0');
  readonly here: Here;
  readonly steps: Step[] = [];
  /** A test of what comes to a standstill makes it impatient: whatever else does is a machine that is busy. */
  patience: Patience = { ...usualPatience, pauseMs: 5 };

  /** Makes it, unless it is there already from another process. */
  constructor(folder: string, bin = join(folder, 'bin')) {
    mkdirSync(bin, { recursive: true });
    const home = join(folder, 'home');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const binary = join(bin, 'claude-code-proxy');
    if (!existsSync(binary)) {
      writeFileSync(binary, this.before);
      chmodSync(binary, 0o755);
    }
    this.here = {
      binary,
      current: '1.0.0',
      isUnchanged: sameFileAt(binary),
      home,
      database: join(home, 'proxy.db'),
      backups: join(home, 'backups'),
      memory: join(home, 'update.json'),
      config: undefined,
      env: { PATH: process.env['PATH'] },
    };
  }

  /** What a start would find now. */
  get binary(): Buffer {
    return readFileSync(this.here.binary);
  }

  /** Everything beside the program, by name. */
  get beside(): string[] {
    return readdirSync(join(this.here.binary, '..')).toSorted();
  }

  /** What `update` does. */
  async update(feed: Feed, then: (step: Step) => void = () => {}): Promise<string | null> {
    const { here, steps } = this;
    const sender = openSender({ clock: wallClock });
    const asking: Asking = { sender, clock: wallClock, patience: this.patience };
    try {
      const { current, memory, owner } = here;
      const { release } = await look({ feed, asking, current, memory, owner });
      const onStep = (step: Step): void => {
        steps.push(step);
        then(step);
      };
      return await replaceProgram(here, { release, feed: feed.url, targets: [target], asking, onStep });
    } finally {
      sender.close();
    }
  }
}
