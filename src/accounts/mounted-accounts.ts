import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { isSameValue } from '../base/same-value.ts';
import type { Secret } from '../base/secret.ts';
import { type Account, accountIdPrefix, nameKey } from './account.ts';
import type { MountedAccount } from './known-accounts.ts';
import { invalid } from './mounted-file.ts';
import { readMounted } from './mounted-values.ts';
import type { PortableAccount } from './portable.ts';

export interface MountedOptions {
  /** A file of accounts, and a folder of them; either may be none. */
  readonly file: string | undefined;
  readonly folder: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of all accounts of all files whenever one has changed. */
  readonly onChange: (accounts: readonly MountedAccount[]) => Promise<void>;
}

/** How often the files are looked at; a change is noticed within a second, whatever made it (ms). */
const lookMs = 400;

/** A file as it was read last. */
interface Known {
  /** Of the file and all that it names: differs when one of them was written or replaced. */
  readonly stamp: string;
  readonly files: readonly string[];
  readonly accounts: readonly MountedAccount[];
  /** Why what stands there now cannot be used. */
  readonly problem: Problem | undefined;
  readonly isTold: boolean;
}

const unknown: Known = { stamp: '', files: [], accounts: [], problem: undefined, isTold: false };

/**
 * The accounts of mounted files. The files are looked at now and then, since events are lost where links are
 * swapped (as Kubernetes does) and on network drives. A file that is broken or gone leaves its accounts as
 * they are, and is told of once, when a second look finds it the same: the first may have been in the middle
 * of a write.
 */
export class MountedAccounts {
  readonly #options: MountedOptions;
  readonly #files = new Map<string, Known>();
  #folderProblem = '';
  #clashes = '';
  #isClosed = false;
  #cancel = (): void => {};

  constructor(options: MountedOptions) {
    this.#options = options;
  }

  /** Reads the files now, and tells of everything that is wrong with them. */
  async open(): Promise<void> {
    if (!this.#hasAny) return;
    await this.#look();
    await this.#look();
  }

  /** Follows the files from now on; returns the way to stop. */
  watch(): () => void {
    if (this.#hasAny) this.#wait();
    return () => {
      this.#isClosed = true;
      this.#cancel();
    };
  }

  get #hasAny(): boolean {
    return this.#options.file !== undefined || this.#options.folder !== undefined;
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(lookMs, () => {
      this.#look()
        .catch((error: unknown) => {
          this.#options.log.error('mounted accounts not taken over', { reason: messageOf(error) });
        })
        .finally(() => {
          if (!this.#isClosed) this.#wait();
        });
    });
  }

  async #look(): Promise<void> {
    const paths = await this.#paths();
    let hasChanged = false;
    for (const path of this.#files.keys()) {
      if (paths.includes(path)) continue;
      hasChanged ||= (this.#files.get(path)?.accounts.length ?? 0) > 0;
      this.#files.delete(path);
    }
    for (const path of paths) if (await this.#lookAt(path)) hasChanged = true;
    if (hasChanged && !this.#isClosed) await this.#options.onChange(this.#all(paths));
  }

  /** The files there are; a folder that cannot be read has those that it had. */
  async #paths(): Promise<string[]> {
    const { file, folder } = this.#options;
    const one = file === undefined ? [] : [file];
    if (folder === undefined) return one;
    try {
      const names = (await readdir(folder)).filter((name) => /^[^.].*\.(?:toml|json)$/.test(name));
      this.#folderProblem = '';
      return [...one, ...names.toSorted().map((name) => join(folder, name))];
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#folderProblem)
        this.#options.log.error('the folder of accounts cannot be read; what it held stays', {
          folder,
          reason,
        });
      this.#folderProblem = reason;
      return [...new Set([...one, ...this.#files.keys()])];
    }
  }

  /** Whether the accounts of the file at `path` are others now. */
  async #lookAt(path: string): Promise<boolean> {
    const known = this.#files.get(path) ?? unknown;
    const stamp = await stampOf([path, ...known.files]);
    const found = stamp === known.stamp ? known : await this.#readAgain(path, known, stamp);
    const { problem } = found;
    const isTold = known.isTold && problem?.message === known.problem?.message;
    const tells = problem !== undefined && !isTold && problem.message === known.problem?.message;
    if (tells) {
      const { message: reason, fix } = problem;
      this.#options.log.error('a file of accounts cannot be used; its accounts stay as they were', {
        reason,
        fix,
      });
    }
    this.#files.set(path, { ...found, isTold: isTold || tells });
    return found.accounts !== known.accounts;
  }

  async #readAgain(path: string, known: Known, stamp: string): Promise<Known> {
    const { env, log } = this.#options;
    const files: string[] = [];
    const read = await readMounted({ path, env }, files).catch((error: unknown) => asProblem(error, path));
    // What was written meanwhile, or was not known to belong to it, is read once more with the next look.
    const isWhole = isSameValue(known.files, files) && stamp === (await stampOf([path, ...files]));
    const common = { stamp: isWhole ? stamp : '', files, isTold: false };
    if (read instanceof Problem) return { ...common, accounts: known.accounts, problem: read };
    if (known.isTold) log.info('a file of accounts can be used again', { file: path });
    return { ...common, accounts: this.#made(read, path, known.accounts), problem: undefined };
  }

  /** What a file describes, as accounts: what is the same as before stays the same object. */
  #made(
    described: readonly PortableAccount[],
    from: string,
    before: readonly MountedAccount[],
  ): readonly MountedAccount[] {
    const made = described.map((each) => {
      const id = idOf(each.settings.name);
      const old = before.find(({ account }) => account.id === id);
      return this.#madeOne(each, id, from, old);
    });
    const isSame = made.length === before.length && made.every((each, at) => each === before[at]);
    return isSame ? before : made;
  }

  #madeOne(
    { settings, secret, proxyLogin }: PortableAccount,
    id: string,
    from: string,
    old: MountedAccount | undefined,
  ): MountedAccount {
    const login = `${id}.proxy`;
    const secrets = new Map<string, Secret>();
    if (secret !== undefined) secrets.set(id, secret);
    if (proxyLogin !== undefined) secrets.set(login, proxyLogin);
    const isKept = (entry: string): boolean =>
      old?.secrets.get(entry)?.reveal() === secrets.get(entry)?.reveal();
    const now = this.#options.clock.now();
    const updatedAt = old === undefined ? now : Math.max(now, old.account.updatedAt + 1);
    const account: Account = {
      id,
      ...settings,
      ...(proxyLogin !== undefined && { proxyLogin: login }),
      from,
      createdAt: old?.account.createdAt ?? now,
      updatedAt,
      credentialAt: old !== undefined && isKept(id) ? old.account.credentialAt : updatedAt,
    };
    const isSame =
      old !== undefined && isKept(id) && isKept(login) && isSameValue({ ...old.account, updatedAt }, account);
    return isSame ? old : { account, secrets };
  }

  /** All accounts, in the order of the files; of two with one name the first counts. */
  #all(paths: readonly string[]): MountedAccount[] {
    const byName = new Map<string, MountedAccount>();
    const clashes: string[] = [];
    for (const path of paths)
      for (const each of this.#files.get(path)?.accounts ?? []) {
        const key = nameKey(each.account.name);
        if (byName.has(key)) clashes.push(`"${each.account.name}" in ${path}`);
        else byName.set(key, each);
      }
    const said = clashes.join(', ');
    if (said !== '' && said !== this.#clashes)
      this.#options.log.error('mounted accounts are left out: another file has their names', {
        accounts: said,
      });
    this.#clashes = said;
    return [...byName.values()];
  }
}

/** The same name is the same account, today and after a restart: what is bound to it stays bound. */
function idOf(name: string): string {
  const digest = sha256().update(nameKey(name)).digest('hex');
  return `${accountIdPrefix}f${digest.slice(0, 16)}`;
}

function asProblem(error: unknown, path: string): Problem {
  return error instanceof Problem ? error : invalid(path, messageOf(error), error);
}

async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map(async (path) => {
      try {
        const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
        return [dev, ino, size, mtimeNs, ctimeNs].join(':');
      } catch (error) {
        return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      }
    }),
  );
  return stamps.join('\n');
}
