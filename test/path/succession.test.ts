import { afterEach, describe, expect, it } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRunning, type RemoteProxy } from '../../src/admin/remote.ts';
import { isAlive } from '../../src/admin/run-file.ts';
import { isGone } from '../../src/cli/stop.ts';
import { wallClock } from '../../src/base/clock.ts';
import { handedOver } from '../../src/cli/keepers.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { benches, until, type Bench } from '../help/a-command.ts';
import { Connection } from '../help/a-connection.ts';
import { Load } from '../help/a-load.ts';
import { freePort } from '../help/a-port.ts';
import { problemOf } from '../help/a-problem.ts';
import { Rooms } from '../help/a-proxy.ts';
import { HandSource } from '../help/a-source.ts';
import { anUpstream, message, sse } from '../help/an-upstream.ts';
import { hello } from '../help/some-workers.ts';

// A proxy starts its successor beside itself and leaves the port to it (docs/decisions/0426): real processes, since it is
// the system that deals the connections out.

/** Ended first, whatever the test did: nobody else knows of successors, which have the pipes of those before. */
const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});
const aBench = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

interface Serving {
  readonly bench: Bench;
  readonly port: number;
  readonly pid: number;
  readonly streams: HandSource[];
  readonly addAccount: (name: string) => Promise<void>;
  /** The one that commands act through. */
  readonly running: () => Promise<RemoteProxy>;
  /** Has it start its successor; gives the process id of that. */
  readonly succeed: () => Promise<number>;
}

async function aSender(): Promise<Sender> {
  const sender = openSender({ clock: wallClock });
  await rooms.add(Promise.resolve({ close: () => Promise.resolve(sender.close()) }));
  return sender;
}

/** A proxy in the background, in front of an upstream whose streams go on until they are told to end. */
async function serving(settings = ''): Promise<Serving> {
  const bench = aBench();
  const streams: HandSource[] = [];
  const up = await rooms.add(
    anUpstream(({ body }) => {
      if (!body.toString().includes('"stream":true')) return message();
      const stream = new HandSource();
      streams.push(stream);
      return { status: 200, headers: ['content-type', 'text/event-stream'], body: stream };
    }),
  );
  const addAccount = async (name: string): Promise<void> => {
    const add = ['auth', 'add', name, '--kind', 'api-key', '--base-url', up.url, '--secret-stdin'];
    expect((await bench.run(add, { input: `sk-ant-api03-planted-${name}` })).code).toBe(0);
  };
  await addAccount('work');
  const port = await freePort();
  writeFileSync(join(bench.home, 'config.toml'), `[server]\nport = ${port}\n${settings}`);
  const { pid } = await bench.start(['serve', '--no-open', '--background']);
  const sender = await aSender();
  const running = async (): Promise<RemoteProxy> => {
    const proxy = await findRunning(join(bench.home, 'run.json'), sender);
    if (proxy === undefined) throw new Error('nothing runs');
    return proxy;
  };
  const succeed = async (): Promise<number> => {
    const { pid: successor } = await (await running()).succeed();
    started.push(successor);
    return successor;
  };
  return { bench, port, pid, streams, addAccount, running, succeed };
}

/** Who runs on the home directory `home`. */
function processesOf(home: string): number[] {
  const has = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`CCPROXY_HOME=${home}\0`);
    } catch {
      // It has ended meanwhile, or is somebody else's.
      return false;
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && has(pid));
}

describe.if(process.platform === 'linux')('a proxy that starts its successor', () => {
  it('loses no connection and no call, again and again', async () => {
    const { port, pid, running, succeed } = await serving();
    const load = new Load(port, 8);
    await until(() => load.answered > 100);
    const served = [pid];
    for (let nth = 0; nth < 2; nth++) {
      served.push(await succeed());
      const before = load.answered;
      await until(() => load.answered > before + 100);
    }
    for (const one of served.slice(0, -1)) await until(() => isGone(one));
    await load.end();
    expect(load.troubles).toEqual([]);
    expect(new Set(served).size).toBe(3);
    expect((await running()).running.pid).toBe(served.at(-1) ?? 0);
  }, 60_000);

  it('hands on where sessions are at home', async () => {
    const { bench, port, succeed, addAccount } = await serving('[routing]\npolicy = "round-robin"\n');
    await addAccount('spare');
    expect((await bench.run(['auth', 'list', '--json'])).out).toContain('"spare"');
    const names = Array.from({ length: 12 }, (_, nth) => `a-session-${nth}`);
    const homes = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const name of names) {
        const client = await Connection.open(port);
        const { headers } = await client.post('/v1/messages', hello, { 'x-claude-code-session-id': name });
        found.push(headers.get('x-ccproxy-account') ?? '');
        await client.close();
      }
      return found;
    };
    const before = await homes();
    expect(new Set(before)).toEqual(new Set(['work', 'spare']));
    await succeed();
    // In another order they would be dealt out another way, if they were not known.
    names.reverse();
    expect((await homes()).toReversed()).toEqual(before);
  }, 60_000);

  it('lets a stream that is under way go on to its end', async () => {
    const { port, pid, streams, succeed } = await serving();
    const client = await rooms.add(Connection.open(port));
    client.send('/v1/messages', { ...hello, stream: true });
    await until(() => streams[0]?.isStarted === true);
    streams[0]?.chunk(sse({ type: 'message_start', message: { usage: { input_tokens: 1 } } }));
    await client.until((seen) => seen.includes('message_start'));
    await succeed();
    // Nobody is let in by it any more: a new connection is the successor's.
    await until(async () => {
      const another = await Connection.open(port);
      await another.get('/health/live');
      const owner = another.processAmong([pid, ...started]);
      await another.close();
      return owner === started[0];
    });
    streams[0]?.chunk(sse({ type: 'message_stop' }));
    streams[0]?.end();
    await client.until((seen) => seen.includes('message_stop') && seen.endsWith('0\r\n\r\n'));
    expect(client.ended).not.toBe('reset');
    await until(() => isGone(pid));
  }, 60_000);

  it('goes on as before where that does not come up, and can be asked again', async () => {
    const { bench, port, pid, running, succeed } = await serving();
    const settings = join(bench.home, 'config.toml');
    writeFileSync(settings, 'nonsense = true\n');
    const { code, message: said } = await problemOf(succeed());
    expect(code).toBe('succession-failed');
    expect(said).toContain('it ended with exit code 3');
    expect((await running()).running.pid).toBe(pid);
    expect(await handedOver(await running(), { platform: 'darwin' })).toBeUndefined();
    expect((await problemOf(handedOver(await running(), { platform: 'linux' }))).code).toBe(
      'succession-failed',
    );
    expect((await bench.run(['serve', '--no-open', '--port', String(port)])).code).not.toBe(0);
    writeFileSync(settings, `[server]\nport = ${port}\n`);
    expect(await succeed()).not.toBe(pid);
  }, 60_000);

  it('has all calls again at once where one fails that listens already', async () => {
    const { bench, port, pid, running } = await serving();
    const proxy = await running();
    const place = join(bench.home, 'run.json');
    renameSync(place, `${place}.kept`);
    mkdirSync(join(place, 'something'), { recursive: true });
    const load = new Load(port, 4);
    await until(() => load.answered > 100);
    expect((await problemOf(proxy.succeed())).code).toBe('succession-failed');
    const before = load.answered;
    await until(() => load.answered > before + 100);
    await load.end();
    // What came to it in the moment in which it listened already may be reset: once for each of these clients, no more.
    expect(load.troubles.length).toBeLessThanOrEqual(8);
    expect(isAlive(pid)).toBe(true);
    expect(readFileSync(join(bench.home, 'logs', 'proxy.log'), 'utf8')).not.toContain('closed already');
  }, 60_000);

  it('and is told to stop before that serves, leaves nobody behind', async () => {
    const { bench, pid, running } = await serving();
    const proxy = await running();
    const failing = problemOf(proxy.succeed());
    await until(() => processesOf(bench.home).length === 2);
    started.push(...processesOf(bench.home));
    await proxy.stop();
    expect(['succession-failed', 'proxy-unreachable']).toContain((await failing).code);
    await until(() => isGone(pid));
    await until(() => processesOf(bench.home).length === 0);
  }, 60_000);

  it('leaves the address to nobody who was not asked', async () => {
    const { bench, port, succeed } = await serving();
    await succeed();
    const { code, err } = await bench.run(['serve', '--no-open', '--port', String(port)]);
    expect(err).toContain('error [proxy-running]');
    expect(code).not.toBe(0);
  }, 60_000);

  it('with its workers, loses none of theirs', async () => {
    const { port, pid, succeed } = await serving('workers = 3\n');
    const load = new Load(port, 8);
    await until(() => load.answered > 100);
    await succeed();
    await until(() => isGone(pid));
    await load.end();
    expect(load.troubles).toEqual([]);
  }, 60_000);
});

describe('a proxy at a terminal', () => {
  it('starts no successor: whoever started it would not know', async () => {
    const bench = aBench();
    const { pid } = await bench.start(['serve', '--no-open', '--port', '0']);
    const sender = openSender({ clock: wallClock });
    const proxy = await findRunning(join(bench.home, 'run.json'), sender);
    const { code } = await problemOf(proxy?.succeed() ?? Promise.resolve());
    expect(code).toBe('succession-unsupported');
    expect((await findRunning(join(bench.home, 'run.json'), sender))?.running.pid).toBe(pid);
    sender.close();
  });
});
