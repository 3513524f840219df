import { Connection } from './a-connection.ts';
import { aProxy, type Proxy, type ProxyOptions, type Rooms } from './a-proxy.ts';

/** A proxy of several processes: the first one is that of the test. */
export interface Shared {
  readonly proxy: Proxy;
  /** Of all workers that ever listened. */
  readonly workers: () => number[];
  /** A new connection, whichever process gets it. */
  readonly connect: () => Promise<Connection>;
  /** A connection to each of the processes, the first one in front. */
  readonly toEach: () => Promise<Connection[]>;
}

/** More connections than it takes until each process has got one. */
const mostTries = 300;

export async function severalProcesses(
  rooms: Rooms,
  processes: number,
  options: ProxyOptions = {},
): Promise<Shared> {
  const proxy = await rooms.add(aProxy({ ...options, processes }));
  const workers = (): number[] =>
    proxy.lines.filter(({ event }) => event === 'a worker listens').map(({ pid }) => Number(pid));
  const connect = (): Promise<Connection> => rooms.add(Connection.open(proxy.port));
  const toEach = async (): Promise<Connection[]> => {
    const all = [process.pid, ...workers().slice(-(processes - 1))];
    const found = new Map<number, Connection>();
    for (let tries = 0; tries < mostTries && found.size < all.length; tries++) {
      const connection = await connect();
      // The system has dealt it out; the process may not have taken it yet.
      await connection.get('/health/live');
      const pid = connection.processAmong(all);
      if (pid !== undefined && !found.has(pid)) found.set(pid, connection);
      else await connection.close();
    }
    return all.map((pid) => {
      const connection = found.get(pid);
      if (connection === undefined) throw new Error(`process ${pid} got no connection`);
      return connection;
    });
  };
  return { proxy, workers, connect, toEach };
}

/** Accounts with keys, at one upstream, the first preferred. */
export function keyed(baseUrl: string, ...names: string[]): NonNullable<ProxyOptions['accounts']> {
  return names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl,
    priority,
    secret: `sk-ant-api03-${name}`,
  }));
}

/** A small call of messages. */
export const hello = {
  model: 'claude-opus-5-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hi' }],
};
