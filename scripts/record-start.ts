import { join } from 'node:path';
import { product } from '../src/base/product.ts';

/**
 * Starts and stops a proxy twice, without an account and with one, and writes down which functions that took: the
 * compiler then lays their bytecode together (`bun build --bytecode-order`).
 *
 * @param folder for the proxy's files and the records
 * @returns the files, the most common start first
 * @throws when the binary does not start, or does not stop
 */
export async function recordStarts(binary: string, folder: string): Promise<string[]> {
  const env = {
    ...withoutSettings(process.env),
    [`${product.envPrefix}HOME`]: join(folder, 'home'),
    // Neither a keychain is asked nor a person.
    [`${product.envPrefix}VAULT_BACKEND`]: 'key-file',
  };
  const first = await recordStart(binary, env, join(folder, 'first.order'));
  run([binary, 'auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], env, 'sk-ant-api03-recorded');
  const later = await recordStart(binary, env, join(folder, 'later.order'));
  return [later, first];
}

async function recordStart(binary: string, env: NodeJS.ProcessEnv, order: string): Promise<string> {
  const proxy = Bun.spawn([binary, 'serve', '--port', '0', '--no-open'], {
    env: { ...env, BUN_BYTECODE_ORDER_OUT: order },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  try {
    const { value } = await proxy.stdout.getReader().read();
    const said = new TextDecoder().decode(value);
    if (!said.startsWith('listening on ')) throw new Error(`It did not listen: ${JSON.stringify(said)}.`);
    // As a command, since Windows knows no signal that lets a process write what it has recorded.
    run([binary, 'stop'], env);
    if ((await proxy.exited) !== 0) throw new Error('It did not stop.');
  } finally {
    proxy.kill('SIGKILL');
  }
  await Bun.write(order, inOneOrder(await Bun.file(order).text()));
  return order;
}

/** What waits at the same time goes on in an order of chance; two builds of one source must be the same. */
function inOneOrder(record: string): string {
  const lines = record.split('\n');
  const isFunction = (line: string): boolean => line.startsWith('F ');
  const functions = lines.filter(isFunction).toSorted();
  return lines.map((line) => (isFunction(line) ? functions.shift() : line)).join('\n');
}

function run(command: readonly string[], env: NodeJS.ProcessEnv, input = ''): void {
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    env,
    stdin: Buffer.from(input),
    stderr: 'pipe',
  });
  if (exitCode !== 0) throw new Error(`\`${command.slice(1).join(' ')}\` failed: ${stderr.toString()}`);
}

/** Settings of whoever builds must not decide what is recorded. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(product.envPrefix)));
}
