import { afterEach, describe, expect, it } from 'bun:test';
import { join } from 'node:path';
import { supervisorOf } from '../../src/service/notify.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const python = aSystemPart('python3', 'python3');
const aFolder = temporaryFolders();
const listening: Bun.Subprocess[] = [];
afterEach(() => {
  for (const child of listening.splice(0)) child.kill('SIGKILL');
});

/** A datagram socket as systemd has one, and what came to it. The runtime has none of that family. */
async function aManager(address: string) {
  const script = [
    'import socket, sys',
    'given = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)',
    'name = sys.argv[1]',
    'given.bind("\\0" + name[1:] if name.startswith("@") else name)',
    'print("bound", flush=True)',
    'while True: print(given.recv(4096).decode().replace("\\n", " "), flush=True)',
  ].join('\n');
  const child = Bun.spawn([python ?? '', '-c', script, address], { stdout: 'pipe', stderr: 'inherit' });
  listening.push(child);
  const heard: string[] = [];
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout)
      heard.push(
        ...decoder
          .decode(chunk)
          .split('\n')
          .filter((line) => line !== ''),
      );
  })();
  await until(() => heard.shift() === 'bound');
  return heard;
}

describe.skipIf(python === undefined || process.platform !== 'linux')('what systemd is told', () => {
  it('is that it is opening, for as long as a migration may take, when it listens, and that it is stopping and how long that may take', async () => {
    const address = join(aFolder(), 'notify');
    const heard = await aManager(address);
    const supervisor = supervisorOf({ NOTIFY_SOCKET: address }, new HandClock(), 1);
    supervisor?.opening();
    supervisor?.ready('http://127.0.0.1:8000');
    supervisor?.stopping(40.5);
    await until(() => heard.length === 3);
    expect(heard).toEqual([
      'STATUS=opening EXTEND_TIMEOUT_USEC=300000000',
      'READY=1 STATUS=listening on http://127.0.0.1:8000',
      'STOPPING=1 STATUS=running answers may end EXTEND_TIMEOUT_USEC=40500000',
    ]);
  });

  it('goes to a name that is no file as well', async () => {
    const address = `@ccproxy-${process.pid}-${performance.now()}`;
    const heard = await aManager(address);
    supervisorOf({ NOTIFY_SOCKET: address }, new HandClock(), 1)?.ready('x');
    await until(() => heard.length === 1);
  });

  it('is that it is alive, twice as often as it has to, until the end', async () => {
    const address = join(aFolder(), 'notify');
    const heard = await aManager(address);
    const clock = new HandClock();
    const supervisor = supervisorOf(
      { NOTIFY_SOCKET: address, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' },
      clock,
      1,
    );
    supervisor?.ready('x');
    await until(() => heard.length === 2);
    await clock.turn(29_000);
    expect(heard).toHaveLength(2);
    await clock.turn(1_000);
    await until(() => heard.length === 3);
    expect(heard.slice(1)).toEqual(['WATCHDOG=1', 'WATCHDOG=1']);
    supervisor?.close();
    expect(clock.waiting).toBe(0);
  });

  it('is who has taken its place, and nothing more from then on', async () => {
    const address = join(aFolder(), 'notify');
    const heard = await aManager(address);
    const clock = new HandClock();
    const supervisor = supervisorOf({ NOTIFY_SOCKET: address, WATCHDOG_USEC: '60000000' }, clock, 1);
    supervisor?.ready('x');
    supervisor?.succeededBy(4711);
    supervisor?.stopping(25);
    await until(() => heard.length === 3);
    expect(heard.slice(1)).toEqual(['WATCHDOG=1', 'MAINPID=4711 WATCHDOG=1']);
    expect(clock.waiting).toBe(0);
  });

  it('is not that it is alive, where another process is watched', async () => {
    const address = join(aFolder(), 'notify');
    await aManager(address);
    const clock = new HandClock();
    supervisorOf({ NOTIFY_SOCKET: address, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '2' }, clock, 1)?.ready(
      'x',
    );
    expect(clock.waiting).toBe(0);
  });

  it('is nothing where nobody asked, or nobody is there any more', () => {
    expect(supervisorOf({}, new HandClock(), 1)).toBeUndefined();
    expect(supervisorOf({ NOTIFY_SOCKET: 'vsock:2:1' }, new HandClock(), 1)).toBeUndefined();
    supervisorOf({ NOTIFY_SOCKET: join(aFolder(), 'gone') }, new HandClock(), 1)?.ready('x');
  });
});
