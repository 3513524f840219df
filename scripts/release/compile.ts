import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Build } from '../../src/base/product.ts';
import { shippedList } from '../../src/prices/price-list.ts';
import { recordStarts } from '../record-start.ts';

export interface Compilation {
  /** Its base name becomes a part of the file, so it is the same for every target. */
  readonly outfile: string;
  readonly stamp: Build;
  /** The runtime to put the program in; the one that runs here where it is left out. */
  readonly into?: { readonly target: string; readonly executable: string };
  /** Records of starts: what they used lies together. Without bytecode there is nothing to lay together. */
  readonly orders?: readonly string[];
  /** The source alone: smaller, and parsed at every start. */
  readonly withoutBytecode?: boolean;
}

/**
 * Compiles the program into one file.
 *
 * @throws when that does not work; the compiler has said why
 */
export function compile({ outfile, stamp, into, orders = [], withoutBytecode = false }: Compilation): void {
  mkdirSync(dirname(outfile), { recursive: true });
  rmSync(outfile, { force: true });
  const built = Bun.spawnSync(
    [
      process.execPath,
      'build',
      '--compile',
      '--minify',
      ...(withoutBytecode ? [] : bytecode(orders)),
      '--format=esm',
      // What is imported when it is needed is a part of its own, and not read before.
      '--splitting',
      // Code that runs once, at the start, is interpreted; `cli/start-over.ts` ends that.
      '--compile-jit-policy=1000',
      // A binary must not run code or read variables from the folder it happens to be started in.
      '--no-compile-autoload-bunfig',
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-tsconfig',
      '--no-compile-autoload-package-json',
      '--define',
      `BUILD=${JSON.stringify(stamp)}`,
      ...(into === undefined
        ? []
        : [`--target=${into.target}`, `--compile-executable-path=${into.executable}`]),
      // Workers are found by their path below the root (docs/decisions: the database's worker in a binary).
      '--root',
      'src',
      'src/cli/main.ts',
      'src/database/worker.ts',
      'src/service/windows-dispatcher.ts',
      '--outfile',
      outfile,
    ],
    { stdout: 'ignore', stderr: 'inherit' },
  );
  if (built.exitCode !== 0) throw new Error(`${outfile} could not be compiled.`);
}

/**
 * Of what stands at the top of a module; functions are compiled when they are first called, or the file would carry eight
 * megabytes more (docs/decisions/0407-bytecode-of-the-top-alone.md).
 */
function bytecode(orders: readonly string[]): string[] {
  const order = orders.length === 0 ? [] : [`--bytecode-order=${orders.join(',')}`];
  return ['--bytecode', '--bytecode-depth=0', ...order];
}

/**
 * Compiles the program for this machine, starts it, and writes down what a start uses: functions are known by
 * their syntax, so the record holds for every target (docs/decisions/0091-what-an-idle-proxy-loads.md).
 *
 * @param folder for the program and the records
 * @returns the records
 */
export async function recordOrders(compilation: Compilation, folder: string): Promise<string[]> {
  // A damaged price list is met here, not by somebody who starts the proxy.
  shippedList();
  compile(compilation);
  return recordStarts(compilation.outfile, folder);
}
