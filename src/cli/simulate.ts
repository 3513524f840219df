import { silentLog } from '../base/log.ts';
import { ownCommand } from '../base/own-command.ts';
import type { SimulatedKey } from '../simulator/keys.ts';
import { startSimulator, type RunningSimulator } from '../simulator/start.ts';
import type { Action, Cli } from './cli.ts';
import { cannotListen } from './cannot-listen.ts';
import { untilSignal } from './signals.ts';

interface SimulateOptions {
  readonly port?: number;
  readonly keys?: number;
  readonly pace: 'fast' | 'real';
  readonly requestsPerMinute?: number;
}

/** Milliseconds between the events of an answer that flows like a real one. */
export const realPaceMs = 25;

/** `simulate`: the simulated upstream alone. */
export const simulate: Action<SimulateOptions> = async (cli, options) => {
  const keys = sampleKeys(options.keys ?? 3, options.requestsPerMinute);
  const port = options.port ?? 0;
  const running = await startSimulator({
    port,
    keys,
    pace: options.pace === 'real' ? realPaceMs : 'fast',
    admin: true,
    log: silentLog,
    clock: cli.clock,
  }).catch(async (error: unknown) => {
    throw await cannotListen(error, { host: '127.0.0.1', port }, cli);
  });
  const ended = untilSignal();
  announce(cli, running, keys);
  await ended;
  await running.close(1_000);
  return 0;
};

/**
 * Keys of the simulated API. They look like real ones but for the word in them, so that tools which
 * recognise keys do, and nobody mistakes one for a secret.
 */
export function sampleKeys(count: number, requestsPerMinute?: number): SimulatedKey[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `key-${at + 1}`,
    key: `sk-ant-api03-simulated-${String(at + 1).padStart(4, '0')}`,
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
  }));
}

function announce({ terminal, isJson }: Cli, { url }: RunningSimulator, keys: readonly SimulatedKey[]): void {
  if (isJson) {
    terminal.json({ url, keys: keys.map(({ name, key }) => ({ name, key })) });
    return;
  }
  terminal.print(`listening on ${url}`);
  for (const { name, key } of keys) terminal.print(`${name}: ${key}`);
  terminal.note(
    `Use it as an account, with one of these keys: ${ownCommand(`auth add sim --kind api-key --base-url ${url}`)}`,
  );
  terminal.note(`Scenarios: a path such as ${url}/s/NAME, or markers in the message; see docs/simulator.md.`);
}
