import type { Log } from '../base/log.ts';
import { listen } from '../wire/listen.ts';
import type { SimulatorOptions } from './options.ts';
import { createSimulator, type Simulator } from './simulator.ts';

export interface StartOptions extends SimulatorOptions {
  readonly log: Log;
  /** `127.0.0.1` if left out. */
  readonly host?: string | undefined;
  /** 0, or left out, picks a free one. */
  readonly port?: number | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export interface RunningSimulator {
  readonly simulator: Simulator;
  /** Base URL for clients; `<url>/s/<scenario>` is one with a scenario. */
  readonly url: string;
  readonly port: number;
  close(graceMs?: number): Promise<void>;
}

/**
 * A simulated Claude API on a port.
 *
 * @throws the system error when the address cannot be had (`EADDRINUSE`, …)
 */
export async function startSimulator(options: StartOptions): Promise<RunningSimulator> {
  const simulator = createSimulator(options);
  const listener = await listen(simulator.handle, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    log: options.log,
    clock: options.clock,
    tls: options.tls,
    // Tests send heads that the proxy has to refuse, not the simulator.
    maxHeaderBytes: 1024 * 1024,
  });
  return { simulator, url: listener.url, port: listener.port, close: (graceMs) => listener.close(graceMs) };
}
