import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { BunLine, lineHandlers } from '../../src/wire/bun-line.ts';
import type { Line, LineUser } from '../../src/wire/line.ts';
import { NodeLine } from '../../src/wire/node-line.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryUser } from '../help/a-line-user.ts';
import { Random } from '../help/a-random.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Both ends of a connection: ours as a line, the other one as a plain socket that does not read yet. */
interface Ends {
  line: Line;
  client: Socket;
}
type Open = (user: LineUser) => Promise<Ends>;

const openBun: Open = async (user) => {
  const opened = Promise.withResolvers<Line>();
  const listener = Bun.listen<BunLine | undefined>({
    hostname: '127.0.0.1',
    port: 0,
    allowHalfOpen: true,
    data: undefined,
    socket: {
      ...lineHandlers,
      open(socket) {
        const line = new BunLine(socket);
        line.user = user;
        opened.resolve(line);
      },
    },
  });
  const client = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true });
  closing.push(() => listener.stop(true));
  return ends(opened.promise, client);
};

const openNode: Open = async (user) => {
  const opened = Promise.withResolvers<Line>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const line = new NodeLine(socket);
    line.user = user;
    opened.resolve(line);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return ends(opened.promise, connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
};

const openTls: Open = async (user) => {
  const opened = Promise.withResolvers<Line>();
  const { pem, key } = aCertificate(folder(), 'local');
  const settings = { cert: pem, key: readFileSync(key), allowHalfOpen: true };
  const server = createTlsServer(settings, (socket) => {
    const line = new NodeLine(socket);
    line.user = user;
    opened.resolve(line);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const options = { port, host: '127.0.0.1', ca: [pem], allowHalfOpen: true };
  return ends(opened.promise, connectTls(options));
};

async function ends(opened: Promise<Line>, client: Socket): Promise<Ends> {
  client.on('error', () => {});
  client.pause();
  closing.push(() => client.destroy());
  return { line: await opened, client };
}

/** All that `client` gets, and how its connection ends. */
async function allOf(client: Socket): Promise<{ text: string; ending: 'end' | 'reset' }> {
  const chunks: Buffer[] = [];
  client.on('data', (bytes: Buffer) => chunks.push(bytes));
  const ending = new Promise<'end' | 'reset'>((resolve) => {
    client.on('end', () => {
      resolve('end');
    });
    client.on('close', () => {
      resolve('reset');
    });
    client.on('error', () => {
      resolve('reset');
    });
  });
  client.resume();
  return { ending: await ending, text: Buffer.concat(chunks).toString('latin1') };
}

/** Writes until some of it waits, and what waits stays. */
async function fill(line: Line, user: MemoryUser): Promise<string> {
  const block = Buffer.alloc(2 ** 20, 'f');
  let text = '';
  for (;;) {
    user.told.length = 0;
    do text += block.toString('latin1');
    while (line.write(block));
    for (let round = 0; round < 4; round += 1) await settled();
    if (!user.told.includes('drained')) return text;
  }
}

describe.each<[string, Open]>([
  ["the runtime's socket", openBun],
  ['a stream of node:net', openNode],
  ['a stream of node:tls', openTls],
])('a line on %s', (_, open) => {
  it('tells what comes, the end of it, and that the connection is gone', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    client.end('hello');
    await user.whenEnded;
    line.end();
    await user.whenClosed;
    expect(user.told).toEqual(['data hello', 'ended', 'closed']);
    expect(user.closedWith).toBeUndefined();
  });

  it('says when some of it waits, and when that is gone', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    const text = await fill(line, user);
    await settled();
    expect(user.told).toEqual([]);
    let seen = 0;
    client.on('data', (bytes: Buffer) => {
      seen += bytes.length;
    });
    client.resume();
    while (!user.told.includes('drained')) await settled();
    expect(line.write(Buffer.from('.'))).toBe(true);
    while (seen < text.length + 1) await settled();
  });

  it('keeps the order and the bytes of what waits, whatever becomes of what it was lent', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    const random = new Random(11);
    const lent = Buffer.alloc(4096);
    let expected = await fill(line, user);
    for (let round = 0; round < 300; round += 1) {
      const length = 1 + random.below(lent.length);
      lent.fill(97 + (round % 26));
      expected += lent.toString('latin1', 0, length);
      if (random.chance(0.5)) line.writeLent(lent, length);
      else line.write(Buffer.from(lent.subarray(0, length)));
      lent.fill('!');
    }
    line.end();
    const { text, ending } = await allOf(client);
    expect(ending).toBe('end');
    expect(text === expected).toBe(true);
  });

  it('closes once what waits is gone', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    const text = await fill(line, user);
    line.end();
    await settled();
    expect(user.told).toEqual([]);
    expect((await allOf(client)).text.length).toBe(text.length);
    client.end();
    await user.whenClosed;
  });

  it('says no more and still reads, once it has finished', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    const text = await fill(line, user);
    line.finish();
    expect((await allOf(client)).text.length).toBe(text.length);
    client.write('still here');
    while (user.told.at(-1) !== 'data still here') await settled();
  });

  it('is gone at once when it is reset, and the other end hears that this was no end', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    const gone = allOf(client);
    line.write(Buffer.from('x'));
    line.reset();
    await user.whenClosed;
    expect((await gone).ending).toBe('reset');
    expect(user.told).toEqual(['closed']);
  });

  it('tells of a reset by the other end', async () => {
    const user = new MemoryUser();
    const { client } = await open(user);
    client.resetAndDestroy();
    await user.whenClosed;
    expect(user.told.at(-1)).toBe('closed');
  });

  it('reads nothing while it is paused, and all of it afterwards', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    line.pause();
    client.write('one');
    for (let round = 0; round < 10; round += 1) await settled();
    expect(user.told).toEqual([]);
    line.resume();
    while (user.bytes < 3) await settled();
    line.pause();
    client.write(Buffer.alloc(2 ** 20));
    for (let round = 0; round < 10; round += 1) await settled();
    expect(user.bytes).toBe(3);
    line.resume();
    while (user.bytes < 3 + 2 ** 20) await settled();
  });

  it('takes whatever is asked of it after the connection is gone', async () => {
    const user = new MemoryUser();
    const { line, client } = await open(user);
    client.resetAndDestroy();
    await user.whenClosed;
    for (let round = 0; round < 3; round += 1) {
      line.write(Buffer.alloc(100_000));
      line.writeLent(Buffer.alloc(100), 50);
      line.pause();
      line.resume();
      line.finish();
      line.end();
      line.reset();
      await settled();
    }
    expect(user.told.filter((what) => what === 'closed')).toEqual(['closed']);
  });

  it.each(['data', 'ended', 'closed', 'drained'] as const)(
    'is lost, and nothing else, when its user throws at %s',
    async (at) => {
      const user = new MemoryUser();
      const throwing: LineUser = {
        data: (bytes) => user.data(bytes),
        ended: () => user.ended(),
        drained: () => user.drained(),
        closed: (error) => user.closed(error),
        [at]() {
          if (at === 'closed') user.closed(undefined);
          throw new Error(`thrown at ${at}`);
        },
      };
      const { line, client } = await open(throwing);
      if (at === 'data') client.write('x');
      if (at === 'ended') client.end();
      if (at === 'closed') client.resetAndDestroy();
      if (at === 'drained') line.write(Buffer.alloc(2 ** 24));
      client.resume();
      await user.whenClosed;
      await settled();
      if (at !== 'closed') expect(user.closedWith?.message).toBe(`thrown at ${at}`);
    },
  );

  it('is lost, and nothing else, when its user throws at whatever it is told', async () => {
    const user = new MemoryUser();
    const fail = (): never => {
      throw new Error('thrown');
    };
    const closed = (): never => {
      user.closed(undefined);
      return fail();
    };
    const { client } = await open({ data: fail, ended: fail, drained: fail, closed });
    client.write('x');
    client.resume();
    await user.whenClosed;
    await settled();
    expect(user.told).toEqual(['closed']);
  });
});
