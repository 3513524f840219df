import { Problem } from '../base/problem.ts';
import type { Cli } from './cli.ts';
import { ownerOf } from './port-owner.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';
import { plain } from './terminal.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

const noAddress = 'there is no such address';

/** What the system's refusals of an address mean. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use that port',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
  EINVAL: noAddress,
};

/** Why nothing can listen at `address`, with what a person needs to do something about it; other errors as they are. */
export async function cannotListen(error: unknown, address: Address, cli: Cli): Promise<unknown> {
  if (error instanceof Problem || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'EADDRINUSE') return portInUse(address.port, cli);
  const reason = reasons[String(error.code)];
  if (reason === undefined) return error;
  return problem(
    'address-refused',
    { address: `${address.host} port ${address.port}`, reason },
    { cause: error },
  );
}

async function portInUse(port: number, cli: Cli): Promise<Problem> {
  const running = await withRunning(cli, (proxy) => Promise.resolve(proxy?.running));
  if (running !== undefined && new URL(running.url).port === String(port)) {
    return problem('proxy-running', { url: running.url, pid: running.pid });
  }
  const owner = await ownerOf(port);
  const words = owner === undefined ? '' : ` by ${plain(owner.command)} (process ${owner.pid})`;
  return problem('port-in-use', { port, owner: words, other: port < 65_535 ? port + 1 : 8_000 });
}
