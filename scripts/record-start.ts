import { product } from '../src/base/product.ts';

/**
 * Starts and stops a proxy, and writes to `order` which functions that took: the compiler then lays their bytecode
 * together (`bun build --bytecode-order`).
 *
 * @throws when the binary does not start, or does not stop
 */
export async function recordStart(
  binary: string,
  { order, home }: { readonly order: string; readonly home: string },
): Promise<void> {
  const env = {
    ...withoutSettings(process.env),
    [`${product.envPrefix}HOME`]: home,
    // Neither a keychain is asked nor a person.
    [`${product.envPrefix}VAULT_BACKEND`]: 'key-file',
  };
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
    const stopped = Bun.spawnSync([binary, 'stop'], { env, stdout: 'ignore', stderr: 'inherit' });
    if (stopped.exitCode !== 0 || (await proxy.exited) !== 0) throw new Error('It did not stop.');
  } finally {
    proxy.kill('SIGKILL');
  }
  if (!(await Bun.file(order).exists())) throw new Error('Nothing was recorded.');
}

/** Settings of whoever builds must not decide what is recorded. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(product.envPrefix)));
}
