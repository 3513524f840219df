import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../src/base/product.ts';
import { isGone } from '../../src/cli/stop.ts';
import { publicKeyText, type SecretKey } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { released } from './built.ts';
import { stamp } from './stamp.ts';

/** Releases made here, served on a free port of this machine as GitHub would: the newest one at the root. */
export class Feed {
  readonly publicKey: string;
  readonly #scratch: string;
  readonly #key: SecretKey = newSecretKey();
  readonly #server: ReturnType<typeof Bun.serve>;
  #offered = '';

  constructor(scratch: string) {
    this.#scratch = scratch;
    this.publicKey = publicKeyText(this.#key);
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => {
        const name = new URL(request.url).pathname.slice(1);
        const path = join(this.#folderOf(this.#offered), name);
        return /^[\w.-]+$/.test(name) && existsSync(path)
          ? new Response(Bun.file(path))
          : new Response('there is no such file', { status: 404 });
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** Builds, packages and signs one version for `target`, as the workflow does. */
  build(version: string, target: string): void {
    // What is not committed yet can be tried too: then binary and release agree on a commit of nobody.
    const { commit, date } = released(stamp(target));
    const env = {
      ...process.env,
      RELEASE_VERSION: version,
      RELEASE_COMMIT: commit,
      SOURCE_DATE_EPOCH: String(Date.parse(date) / 1000),
      RELEASE_FEED_URL: this.url,
    };
    const folder = ['--folder', this.#folderOf(version)];
    step(['binaries', '--targets', target, ...folder], env);
    step(['package', '--packages', 'none', ...folder], env);
    step(['assemble', ...folder], env);
    const keys = join(this.#scratch, 'release-keys.txt');
    writeFileSync(keys, `${this.publicKey}\n`);
    step(['sign', this.#folderOf(version), keys], { ...env, MINISIGN_SECRET_KEY: secretKeyText(this.#key) });
  }

  /** From now on `version` is the newest. */
  offer(version: string): void {
    this.#offered = version;
  }

  close(): void {
    void this.#server.stop(true);
  }

  #folderOf(version: string): string {
    return join(this.#scratch, version, 'release');
  }
}

function step(words: readonly string[], env: NodeJS.ProcessEnv): void {
  const done = Bun.spawnSync(['node', 'scripts/release/run.mjs', ...words], { env, stderr: 'pipe' });
  if (done.exitCode !== 0) throw new Error(`The step ${words[0]} failed:\n${done.stderr.toString()}`);
}

/** What somebody who installed the program does with it, and what must come of that. */
export class Journey {
  readonly bin: string;
  readonly home: string;
  readonly #env: NodeJS.ProcessEnv;
  /** Of the proxies that were met. */
  readonly #pids: number[] = [];

  constructor(scratch: string) {
    this.bin = join(scratch, 'bin');
    this.home = join(scratch, 'user', `.${product.binary}`);
    mkdirSync(join(scratch, 'user'));
    // Nothing of this machine's own settings, and no port that may be taken.
    this.#env = {
      PATH: process.env['PATH'],
      HOME: join(scratch, 'user'),
      [`${product.envPrefix}VAULT_BACKEND`]: 'key-file',
      [`${product.envPrefix}PORT`]: '0',
    };
  }

  says(what: string): void {
    console.log(`── ${what}`);
  }

  /** Runs a command to its end; the feed is served meanwhile. @throws when it fails */
  async run(words: readonly string[], input = ''): Promise<string> {
    const child = Bun.spawn([...words], {
      env: this.#env,
      stdin: Buffer.from(input),
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const streams = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
    const said = (await Promise.all(streams)).join('');
    const code = await child.exited;
    if (code !== 0) throw new Error(`\`${words.join(' ')}\` ended with ${code}:\n${said}`);
    return said;
  }

  /** Runs the installed program with `words`. @throws unless it says `text` */
  async expect(words: readonly string[], text: string, input = ''): Promise<void> {
    const said = await this.run([join(this.bin, product.binary), ...words], input);
    this.holds(said.includes(text), `\`${words.join(' ')}\` says "${text}"`, said);
  }

  /** @throws unless it is true */
  holds(isTrue: boolean, what: string, instead = ''): void {
    if (!isTrue) throw new Error(`It should be true that ${what}. ${instead}`);
    console.log(`   ${what}`);
  }

  /**
   * Does `work` while somebody calls the proxy at `url` without a pause, on a connection each.
   *
   * @throws when one of them is refused, where the system lets two processes share a port
   */
  async whileCalled(url: string, work: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const troubles: string[] = [];
    let answered = 0;
    const caller = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const call = fetch(`${url}/health/live`, { keepalive: false });
        const said = await call.then(({ status }) => String(status), String);
        if (said === '200') answered += 1;
        else troubles.push(said);
      }
    };
    const callers = Array.from({ length: 4 }, caller);
    await work();
    await untilGone(this.#pids.at(-1));
    over.abort();
    await Promise.all(callers);
    if (process.platform === 'linux')
      this.holds(
        troubles.length === 0,
        `none of ${answered} calls meanwhile is refused`,
        troubles.join(', '),
      );
  }

  /** What the running proxy says of itself. */
  async health(): Promise<{ url: string; version: string }> {
    const { url, pid }: { url: string; pid: number } = JSON.parse(
      readFileSync(join(this.home, 'run.json'), 'utf8'),
    );
    this.#pids.push(pid);
    // A connection that is kept may be that of a proxy that is leaving.
    const response = await fetch(`${url}/health`, { keepalive: false });
    const { version } = (await response.json()) as { version: string };
    return { url, version };
  }

  /** A proxy that has left its place closes what it has opened before it ends. */
  async allGone(): Promise<void> {
    for (const pid of this.#pids) await untilGone(pid);
  }

  /** Names and sizes of everything in the home folder, but for what a running proxy leaves behind. */
  homeFiles(): string {
    const names = readdirSync(this.home, { recursive: true }).map(String).toSorted();
    return names.map((name) => `${name} ${statSync(join(this.home, name)).size}`).join('\n');
  }

  binFiles(): string[] {
    return readdirSync(this.bin);
  }

  /** Ends what is still running. */
  async end(): Promise<void> {
    const path = join(this.home, 'run.json');
    if (!existsSync(path)) return;
    const { pid }: { pid: number } = JSON.parse(readFileSync(path, 'utf8'));
    process.kill(pid, 'SIGTERM');
    await Bun.sleep(500);
  }
}

async function untilGone(pid = 0): Promise<void> {
  if (pid === 0 || (await isGone(pid))) return;
  await Bun.sleep(50);
  await untilGone(pid);
}

/** The key as minisign's secret key file without a password has it: three algorithms, nothing to unlock, the key. */
export function secretKeyText(key: SecretKey): string {
  const publicHalf = Buffer.from(publicKeyText(key), 'base64').subarray(10);
  const pair = Buffer.concat([key.seed, publicHalf]);
  const sum = new Bun.CryptoHasher('blake2b256').update('Ed').update(key.id).update(pair).digest();
  const head = Buffer.concat([Buffer.from('Ed\0\0B2', 'latin1'), Buffer.alloc(48)]);
  const line = Buffer.concat([head, key.id, pair, sum]).toString('base64');
  return `untrusted comment: the key of a dry run\n${line}\n`;
}
