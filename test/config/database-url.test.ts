import { describe, expect, test } from 'bun:test';
import { addressText, databaseUrl, readDatabaseUrl } from '../../src/config/database-url.ts';

const wrong = (text: string): string | undefined => {
  const read = readDatabaseUrl(text);
  return 'wrong' in read ? read.wrong : undefined;
};
const address = (text: string): unknown => {
  const read = readDatabaseUrl(text);
  return 'address' in read ? read.address : read;
};

describe('the URL of a database', () => {
  test('says where it is and who uses it', () => {
    expect(address('postgres://ann@db.example.com:6432/proxy')).toEqual({
      host: 'db.example.com',
      port: 6432,
      user: 'ann',
      database: 'proxy',
      tls: 'verify-full',
    });
    expect(address('postgresql://a%40b@[::1]/my%20db')).toMatchObject({
      host: '::1',
      user: 'a@b',
      database: 'my db',
    });
  });

  test('may lead to a Unix socket', () => {
    const there = { host: '/run/postgresql', port: 5432, user: 'ann', database: 'proxy', tls: 'disable' };
    expect(address('postgres:///proxy?host=/run/postgresql&user=ann')).toEqual(there);
    expect(address('postgres://ann@%2Frun%2Fpostgresql/proxy')).toEqual(there);
  });

  test.each([
    ['postgres://ann@localhost/proxy', 'disable'],
    ['postgres://ann@127.0.0.1/proxy', 'disable'],
    ['postgres://ann@10.0.0.7/proxy', 'verify-full'],
    ['postgres://ann@10.0.0.7/proxy?sslmode=require', 'require'],
    ['postgres://ann@10.0.0.7/proxy?sslmode=disable', 'disable'],
    ['postgres://ann@localhost/proxy?sslmode=verify-ca', 'verify-ca'],
  ])('%s: what leaves the machine is encrypted and checked, unless it says otherwise', (text, tls) => {
    expect(address(text)).toMatchObject({ tls });
  });

  test.each([
    ['postgres://ann:planted@db/proxy', 'holds a password'],
    ['postgres://ann@db/proxy?password=planted', 'holds a password'],
    ['postgres://ann:planted@db', 'holds a password'],
    [
      'postgres://ann@db/proxy?sslmode=prefer',
      'has an sslmode that could go on without encryption unnoticed',
    ],
    ['postgres://ann@db/proxy?sslrootcert=x', 'has a parameter other than host, user and sslmode'],
    ['postgres://db/proxy', 'names no user'],
    ['postgres://ann@db', 'names no database'],
    ['postgres://ann@db/a/b', 'names no database'],
    ['postgres:///proxy?user=ann', 'names no host'],
    ['postgres://ann@one:1,two:2/proxy', 'is not a postgres URL'],
    ['postgres://ann%zz@db/proxy', 'is not a postgres URL'],
    ['mysql://ann@db/proxy', 'is not a postgres URL'],
    ['proxy.db', 'is not a postgres URL'],
  ])('%s is refused', (text, reason) => {
    expect(wrong(text)).toBe(reason);
    const checked = databaseUrl().schema().safeParse(text);
    expect(checked.success).toBe(false);
    expect(JSON.stringify(checked.error?.issues.map(({ message }) => message))).not.toContain('planted');
  });

  test('is named in messages without anything but where it is', () => {
    for (const text of [
      'postgres://ann@db.example.com/proxy',
      'postgres://ann@db.example.com:6432/proxy',
      'postgres://ann@[::1]/proxy',
    ]) {
      const read = readDatabaseUrl(text);
      expect('address' in read && addressText(read.address)).toBe(text);
    }
    const socket = readDatabaseUrl('postgres:///proxy?host=/run&user=ann');
    expect('address' in socket && addressText(socket.address)).toBe('postgres://ann@/proxy?host=/run');
  });
});
