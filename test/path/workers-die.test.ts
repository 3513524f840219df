import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { Bench, until } from '../help/a-command.ts';
import { Connection } from '../help/a-connection.ts';
import { Rooms } from '../help/a-proxy.ts';
import { HandSource } from '../help/a-source.ts';
import { anUpstream, message, sse } from '../help/an-upstream.ts';
import { hello, keyed, severalProcesses } from '../help/some-workers.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const begun = sse({
  type: 'message_start',
  message: { id: 'msg_1', usage: { input_tokens: 1, output_tokens: 1 } },
});
const ended = sse(
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
);

/** An upstream whose streams begin at once, and end when they are told to. */
async function aSlowUpstream() {
  const streams: HandSource[] = [];
  const up = await rooms.add(
    anUpstream(({ body }) => {
      if (!body.toString().includes('"stream":true')) return message();
      const stream = new HandSource();
      streams.push(stream);
      queueMicrotask(() => void until(() => stream.isStarted).then(() => stream.chunk(begun)));
      return { status: 200, headers: ['content-type', 'text/event-stream'], body: stream };
    }),
  );
  return {
    up,
    streams,
    endAll() {
      for (const stream of streams) {
        stream.chunk(ended);
        stream.end();
      }
    },
  };
}

const hasBegun = (seen: string): boolean => seen.includes('message_start');
const isWhole = (seen: string): boolean => seen.includes('message_stop') && seen.endsWith('0\r\n\r\n');

describe.if(process.platform === 'linux')('a worker that is killed', () => {
  it('loses its own streams alone, and is replaced', async () => {
    const { up, streams, endAll } = await aSlowUpstream();
    const { proxy, workers, connect, toEach } = await severalProcesses(rooms, 3, {
      accounts: keyed(up.url, 'one'),
    });
    const [victim = 0, other = 0] = workers();
    const connections = await Promise.all(Array.from({ length: 50 }, connect));
    for (const connection of connections) connection.send('/v1/messages', { ...hello, stream: true });
    await Promise.all(connections.map((connection) => connection.until(hasBegun)));
    const ofVictim = connections.filter(
      (connection) => connection.processAmong([process.pid, victim, other]) === victim,
    );
    expect(ofVictim.length).toBeGreaterThan(0);
    expect(ofVictim.length).toBeLessThan(50);
    process.kill(victim, 'SIGKILL');
    await until(() => workers().length === 3);
    await Promise.all(ofVictim.map((connection) => connection.until(() => false)));
    expect(streams).toHaveLength(50);
    endAll();
    const rest = connections.filter((connection) => !ofVictim.includes(connection));
    await Promise.all(rest.map((connection) => connection.until(isWhole)));
    expect(rest.filter(({ seen }) => !isWhole(seen))).toEqual([]);
    // The new one serves as the old one did.
    for (const connection of await toEach())
      expect((await connection.post('/v1/messages', hello)).status).toBe(200);
    await until(() => proxy.records.length === rest.length + 3);
    const status = (await (await fetch(`${proxy.url}/status`)).json()) as {
      accounts: { callsInFlight: number }[];
    };
    expect(status.accounts.map(({ callsInFlight }) => callsInFlight)).toEqual([0]);
  });
});

describe.if(process.platform === 'linux')('a first process that is gone', () => {
  async function aServer() {
    const { up, endAll } = await aSlowUpstream();
    const bench = await rooms.add(Promise.resolve(new Bench()));
    const add = ['auth', 'add', 'one', '--kind', 'api-key', '--secret-stdin', '--base-url', up.url];
    expect((await bench.run(add, { input: 'sk-ant-api03-one\n' })).code).toBe(0);
    const server = await bench.start(['serve', '--port', '0', '--no-open'], {
      env: { CCPROXY_SERVER_WORKERS: '2' },
    });
    const [worker = 0] = childrenOf(server.pid);
    const port = Number(new URL(server.url).port);
    const streams: Connection[] = [];
    let ofWorker: Connection | undefined;
    while (ofWorker === undefined) {
      const connection = await rooms.add(Connection.open(port));
      connection.send('/v1/messages', { ...hello, stream: true });
      await connection.until(hasBegun);
      streams.push(connection);
      if (connection.processAmong([server.pid, worker]) === worker) ofWorker = connection;
    }
    return { server, worker, port, streams, ofWorker, endAll };
  }

  it('takes the workers along, whose running streams may end first', async () => {
    const { server, worker, port, ofWorker, endAll } = await aServer();
    process.kill(server.pid, 'SIGKILL');
    await until(async () => (await Connection.open(port).catch(() => undefined)) === undefined);
    expect(isRunning(worker)).toBe(true);
    endAll();
    await ofWorker.until(isWhole);
    expect(isWhole(ofWorker.seen)).toBe(true);
    await until(() => !isRunning(worker));
  });

  it('because it was told to stop has everybody finish, and is the last to go', async () => {
    const { server, worker, streams, endAll } = await aServer();
    const ending = server.stop('SIGTERM');
    await until(() => server.err().includes('stopping'));
    endAll();
    for (const stream of streams) {
      await stream.until(isWhole);
      expect(isWhole(stream.seen)).toBe(true);
    }
    expect(await ending).toBe(0);
    expect(isRunning(worker)).toBe(false);
    expect(server.out()).toBe(`listening on ${server.url}\n`);
  });

  it('because it was told to stop twice takes the workers along at once, with the streams that they carry', async () => {
    const { server, worker, ofWorker } = await aServer();
    const ending = server.stop('SIGTERM');
    await until(() => server.err().includes('stopping'));
    process.kill(server.pid, 'SIGTERM');
    expect(await ending).toBe(143);
    await until(() => !isRunning(worker));
    await ofWorker.until(() => false);
    expect(isWhole(ofWorker.seen)).toBe(false);
  });
});

describe.if(process.platform === 'linux')('what a worker is started with', () => {
  it('holds no secret: neither its arguments nor its environment, also where ours does', async () => {
    const bench = await rooms.add(Promise.resolve(new Bench()));
    const secrets = ['planted-passphrase', 'planted-database-password', 'planted-of-others'];
    const [passphrase = '', password = '', other = ''] = secrets;
    const server = await bench.start(['serve', '--port', '0', '--no-open'], {
      env: {
        CCPROXY_SERVER_WORKERS: '2',
        CCPROXY_VAULT_BACKEND: 'passphrase',
        CCPROXY_VAULT_PASSPHRASE: passphrase,
        CCPROXY_DATABASE_PASSWORD: password,
        ANTHROPIC_API_KEY: other,
      },
    });
    const [worker = 0] = childrenOf(server.pid);
    const seen = ['cmdline', 'environ']
      .map((name) => readFileSync(`/proc/${worker}/${name}`, 'utf8'))
      .join('');
    expect(seen).toContain('serve-worker');
    for (const secret of secrets) expect(seen).not.toContain(secret);
    expect(await server.stop()).toBe(0);
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function isRunning(pid: number): boolean {
  try {
    // One that has ended and that nobody has asked about is no running process.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
