import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../base/files.ts';
import { product } from '../base/product.ts';
import type { ServiceControl } from '../service/windows-control.ts';
import type { Action, Cli } from './cli.ts';
import { closingSeconds, startServing } from './serve.ts';
import { problem, tell } from './problems.ts';
import { Terminal } from './terminal.ts';

/** `service run`: `serve` for the service control manager of Windows, which has no signals but asks and is told. */
export const serviceRun: Action<object> = async (typed) => {
  if (process.platform !== 'win32') throw problem('service-by-hand');
  const told = Promise.withResolvers<void>();
  const { serviceControl } = await import('../service/windows-control.ts');
  const control = await serviceControl(product.binary, () => {
    told.resolve();
  });
  if (control === undefined) throw problem('service-by-hand');
  await makePrivateFolder(typed.places.home);
  await makePrivateFolder(typed.places.logs);
  const cli = withoutConsole(typed);
  const code = await underControl(cli, control, told.promise).catch((error: unknown) =>
    tell(error, cli.terminal, { json: false, stack: false }),
  );
  control.stopped(code);
  return code;
};

async function underControl(cli: Cli, control: ServiceControl, told: Promise<void>): Promise<number> {
  const { server, logging } = await startServing(cli, {});
  control.running();
  void told.then(() => server.stop());
  void server.stopping.then((seconds) => {
    control.stopping(seconds + closingSeconds);
  });
  await server.stopped;
  await logging.file?.close();
  return 0;
}

/** A service has no console: what would be said there goes to `logs/serve.log`, and the log to its own file alone. */
function withoutConsole(cli: Cli): Cli {
  const path = join(cli.places.logs, 'serve.log');
  const file = {
    write: (text: string | Uint8Array) => {
      appendFileSync(path, text, { mode: 0o600 });
    },
  };
  const env = { ...cli.env, [`${product.envPrefix}LOG_TERMINAL`]: 'off' };
  return { ...cli, env, terminal: new Terminal({ env, stdout: file, stderr: file, isInputTTY: false }) };
}
