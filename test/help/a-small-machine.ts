import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What every Unix has, and the script may count on. */
const basics = [
  'cat',
  'chmod',
  'cut',
  'date',
  'id',
  'ls',
  'mkdir',
  'mktemp',
  'mv',
  'od',
  'printf',
  'readlink',
  'rm',
  'sed',
  'sh',
  'sha256sum',
  'sort',
  'tail',
  'tr',
  'uname',
  'wc',
  'gzip',
  'getconf',
  'ldd',
];

/** A machine on which only chosen programs are installed, and some of them say what a test wants. */
export class SmallMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'ccproxy-machine-'));
  readonly home = join(this.folder, 'home');
  readonly temporary = join(this.folder, 'tmp');
  readonly #programs = join(this.folder, 'bin');

  /**
   * @param installed programs of this machine beside the usual ones
   * @param busybox stands for the usual ones, as on Alpine; left out, those of this machine do
   */
  constructor(installed: readonly string[], busybox?: string) {
    for (const folder of [this.home, this.temporary, this.#programs]) mkdirSync(folder);
    const applets =
      busybox === undefined ? [] : Bun.spawnSync([busybox, '--list']).stdout.toString().split('\n');
    for (const name of [...basics, ...installed]) {
      const path = busybox !== undefined && applets.includes(name) ? busybox : Bun.which(name);
      if (path !== null) symlinkSync(path, join(this.#programs, name));
    }
  }

  /** Puts a program in the place of another: lines of the shell. */
  pretend(name: string, ...lines: readonly string[]): void {
    const path = join(this.#programs, name);
    rmSync(path, { force: true });
    writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(path, 0o755);
  }

  /** Runs a shell of the real machine with its words; nothing else of that one is seen. */
  async run([shell = '', ...words]: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = Bun.spawn([Bun.which(shell) ?? shell, ...words], {
      cwd: this.folder,
      env: { PATH: this.#programs, HOME: this.home, TMPDIR: this.temporary, SHELL: '/bin/sh', ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: 20_000,
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, out, err };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
