import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { product, type Build } from '../../src/base/product.ts';
import { compile } from './compile.ts';
import { signAdHoc } from './macho-sign.ts';
import { unpackRuntime } from './runtimes.ts';
import type { Runtime, Target } from './targets.ts';
import { universal } from './universal.ts';
import { withResources } from './windows-resources.ts';

/** How a binary is weighed: what it would be without us. */
export interface BuiltBinary {
  readonly target: Target;
  /** In the folder of the release. */
  readonly path: string;
  /** Of the runtimes in it, bytes. */
  readonly runtimeSize: number;
}

export interface BinaryInput {
  readonly target: Target;
  readonly stamp: Build;
  /** Records of starts of this source. */
  readonly orders: readonly string[];
  /** Where the result goes. */
  readonly folder: string;
  /** Where runtimes and programs lie while it is made. */
  readonly scratch: string;
}

/** Makes one binary of the release: the program in the runtime of each of its processors, ready to start. */
export async function buildBinary(input: BinaryInput): Promise<BuiltBinary> {
  const { target, folder } = input;
  const path = join(folder, target.file);
  await mkdir(folder, { recursive: true });
  const programs: Buffer[] = [];
  let runtimeSize = 0;
  for (const runtime of target.runtimes) {
    const made = await buildProgram(runtime, input);
    programs.push(made.program);
    runtimeSize += made.runtimeSize;
  }
  const [first, ...more] = programs;
  if (first === undefined) throw new Error(`${target.name} has no runtime.`);
  writeFileSync(path, more.length === 0 ? first : universal(programs), { mode: 0o755 });
  return { target, path, runtimeSize };
}

async function buildProgram(
  runtime: Runtime,
  { target, stamp, orders, scratch }: BinaryInput,
): Promise<{ program: Buffer; runtimeSize: number }> {
  const folder = join(scratch, target.name, runtime.target);
  const suffix = target.system === 'windows' ? '.exe' : '';
  // The compiler writes the name into the file: the same for all, whatever the released file is called.
  const outfile = join(folder, `${product.binary}${suffix}`);
  try {
    const unpacked = await unpackRuntime(runtime, folder);
    const runtimeSize = Bun.file(unpacked).size;
    let executable = unpacked;
    if (target.system === 'windows') {
      executable = join(folder, 'runtime.exe');
      writeFileSync(executable, withResources(readFileSync(unpacked), stamp));
    }
    const { withoutBytecode = false } = runtime;
    compile({ outfile, stamp, into: { target: runtime.target, executable }, orders, withoutBytecode });
    const compiled = readFileSync(outfile);
    const program = target.system === 'darwin' ? signAdHoc(compiled, product.binary) : compiled;
    return { program, runtimeSize };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
