import { expect, test } from 'bun:test';
import { listeningInodes, listeningPid, ownerOf } from '../../src/cli/port-owner.ts';
import { rawServer } from '../help/raw.ts';

test('a table of /proc/net/tcp gives the sockets that listen on the port', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1
   1: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 23456 1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 34567 1
`;
  expect(listeningInodes(table, 8000)).toEqual(['12345']);
  expect(listeningInodes(table, 80)).toEqual(['34567']);
  expect(listeningInodes(table, 81)).toEqual([]);
});

test('a table of netstat gives the process, in whatever language', () => {
  const table = [
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    127.0.0.1:18000        0.0.0.0:0              ABHÖREN          7',
    '  TCP    127.0.0.1:8000         127.0.0.1:50000        HERGESTELLT      8',
    '  TCP    0.0.0.0:8000           0.0.0.0:0              ABHÖREN          4242',
  ].join('\r\n');
  expect(listeningPid(table, 8000)).toBe(4242);
  expect(listeningPid(table, 9000)).toBeUndefined();
});

if (process.platform === 'linux') {
  test('this process is found by the port it listens on', async () => {
    const server = await rawServer(() => {});
    expect((await ownerOf(server.port))?.pid).toBe(process.pid);
    await server.close();
    expect(await ownerOf(server.port)).toBeUndefined();
  });
}
