import { afterAll, beforeAll, describe, expect, it } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientKeys, type ClientKey } from '../../src/access/client-keys.ts';
import { silentLog } from '../../src/base/log.ts';
import { fitsAny } from '../../src/base/pattern.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import type { HeaderList } from '../../src/http/headers.ts';
import {
  authenticate,
  keyHeader,
  pinnedAccount,
  requireModel,
  type Identity,
} from '../../src/proxy/authenticate.ts';
import { HandClock } from '../help/a-clock.ts';
import { thrownBy } from '../help/a-failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccproxy-test-'));
const clock = new HandClock();
let database: Database;
let keys: ClientKeys;
let ann: string;
let bob: string;
let revoked: string;
let expired: string;

beforeAll(async () => {
  database = await openDatabase({ path: join(folder, 'proxy.db'), log: silentLog });
  keys = await ClientKeys.open({ database, clock, log: silentLog });
  const secret = async (name: string, more: object = {}): Promise<string> =>
    (await keys.create({ name, ...more })).secret.reveal();
  ann = await secret('ann');
  bob = await secret('bob');
  revoked = await secret('left');
  await keys.revoke('left');
  expired = await secret('guest', { expiresAt: clock.now() + 60_000 });
  await clock.turn(60_000);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const identity = (headers: HeaderList, isRequired = true): Identity =>
  authenticate(headers, keys, isRequired);

function who(headers: HeaderList, isRequired = true): string {
  const { client } = identity(headers, isRequired);
  return client.is === 'keyed' ? client.key.name : client.is;
}

function refusal(headers: HeaderList, isRequired = true): string {
  const error = thrownBy(() => identity(headers, isRequired));
  // Without that, Claude Code tries again for three minutes.
  expect([error.code, error.status, error.shouldRetry]).toEqual(['not_authenticated', 401, false]);
  return error.message;
}

const wrong = `ccp-${'x'.repeat(43)}`;

describe('a client key', () => {
  it('is taken from x-api-key, from a Bearer, from our own header, and from several at once', () => {
    expect(who(['x-api-key', ann])).toBe('ann');
    expect(who(['X-API-KEY', ann])).toBe('ann');
    expect(who(['Authorization', `Bearer ${ann}`])).toBe('ann');
    expect(who([keyHeader, ann])).toBe('ann');
    expect(who(['authorization', `Bearer ${ann}`, 'x-api-key', ann])).toBe('ann');
  });

  it('is taken from a Bearer in any case, with any blanks', () => {
    for (const scheme of ['bearer ', 'BEARER ', 'BeArEr  ', 'Bearer\t'])
      expect(who(['authorization', `${scheme}${ann}`])).toBe('ann');
  });

  it('is taken from our own header first, then from x-api-key, then from the Bearer', () => {
    expect(who(['authorization', `Bearer ${bob}`, 'x-api-key', bob, keyHeader, ann])).toBe('ann');
    expect(who(['authorization', `Bearer ${bob}`, 'x-api-key', ann])).toBe('ann');
  });

  it('counts beside one that does not', () => {
    expect(who(['x-api-key', wrong, 'authorization', `Bearer ${ann}`])).toBe('ann');
    expect(who([keyHeader, revoked, 'x-api-key', ann])).toBe('ann');
  });

  it('is nothing under another scheme, without one, in another case or with something around it', () => {
    for (const value of [
      ann,
      `Basic ${ann}`,
      `Token ${ann}`,
      `Bearer ${ann.toUpperCase()}`,
      `Bearer ${ann} x`,
      `Bearer x${ann}`,
      `Bearer ${ann.slice(0, -1)}`,
      `Bearer ${ann}${ann}`,
    ])
      refusal(['authorization', value]);
    for (const value of [`Bearer ${ann}`, `${ann},${bob}`, ` ${ann}`, '']) refusal(['x-api-key', value]);
  });

  it('is refused in words that say why, and never repeat it', () => {
    expect(refusal(['x-api-key', wrong])).toBe('This client key is not known here.');
    expect(refusal(['x-api-key', revoked])).toBe('This client key was revoked.');
    expect(refusal(['x-api-key', expired])).toBe('This client key has expired.');
    for (const headers of [
      [],
      ['x-api-key', ''],
      ['authorization', 'Bearer '],
      ['x-api-key', 'sk-ant-api03-real'],
    ])
      expect(refusal(headers)).toContain('A client key is required');
    expect(refusal(['x-api-key', wrong])).not.toContain(wrong);
  });

  it('that is wrong is refused even where none is needed: it must not travel on as somebody’s credential', () => {
    for (const headers of [
      ['x-api-key', wrong],
      ['authorization', `Bearer ${wrong}`],
      [keyHeader, wrong],
      [keyHeader, 'nonsense'],
      ['x-api-key', revoked],
      ['x-api-key', 'sk-ant-api03-real', 'authorization', `bearer ${wrong}`],
    ])
      refusal(headers, false);
  });
});

describe('where no key is needed', () => {
  it('a caller without one is local', () => {
    expect(identity([], false)).toEqual({ client: { is: 'local' }, own: undefined });
    expect(identity([keyHeader, ''], false).client.is).toBe('local');
  });

  it('a caller with one is known by it all the same', () => {
    expect(who(['x-api-key', ann], false)).toBe('ann');
  });
});

describe('a credential of the client’s own', () => {
  it('is what is no key of ours', () => {
    expect(identity(['authorization', 'Bearer sk-ant-oat01-x'], false).own).toEqual({ looksReal: true });
    expect(identity(['x-api-key', 'sk-ant-api03-x'], false).own).toEqual({ looksReal: true });
    expect(identity(['authorization', 'Bearer placeholder'], false).own).toEqual({ looksReal: false });
    expect(identity(['x-api-key', 'dummy', 'authorization', 'Bearer sk-ant-oat01-x'], false).own).toEqual({
      looksReal: true,
    });
    for (const headers of [
      [],
      ['authorization', ''],
      ['authorization', 'Basic abc'],
      ['authorization', 'Bearer'],
      ['x-api-key', ''],
    ])
      expect(identity(headers, false).own).toBeUndefined();
  });

  it('stands beside a key of ours: in our own header, or in the header that is left', () => {
    const login = ['authorization', 'Bearer sk-ant-oat01-x'];
    for (const key of [
      [keyHeader, ann],
      ['x-api-key', ann],
    ]) {
      const known = identity([...login, ...key]);
      expect(known.client).toMatchObject({ is: 'keyed', key: { name: 'ann' } });
      expect(known.own).toEqual({ looksReal: true });
    }
  });

  it('is never a key of ours, known or not', () => {
    expect(
      identity([keyHeader, ann, 'x-api-key', bob, 'authorization', `Bearer ${wrong}`]).own,
    ).toBeUndefined();
  });
});

describe('requireModel', () => {
  const key = (models?: string[]): { is: 'keyed'; key: ClientKey } => ({
    is: 'keyed',
    key: {
      id: 'key_1',
      name: 'ci',
      owner: '',
      hint: '',
      createdAt: 0,
      ...(models !== undefined && { models }),
    },
  });

  it('lets everybody use every model unless their key names some', () => {
    for (const client of [{ is: 'local' } as const, key(), key([])])
      expect(requireModel(client, 'claude-opus-5-5', fitsAny)).toBeUndefined();
    expect(requireModel(key(['*haiku*', 'claude-opus-*']), 'claude-opus-5-5', fitsAny)).toBeUndefined();
  });

  it('refuses as the API would, in words that say what is allowed', () => {
    const error = thrownBy(() => {
      requireModel(key(['*haiku*']), 'claude-opus-5-5', fitsAny);
    });
    expect([error.status, error.type]).toEqual([400, 'invalid_request_error']);
    expect(error.message).toBe('model: this client key does not allow claude-opus-5-5; it allows *haiku*.');
  });
});

describe('pinnedAccount', () => {
  it('is the account named by header, if any', () => {
    expect(pinnedAccount(['X-Account-Name', ' work '])).toBe('work');
    for (const headers of [[], ['x-account-name', ''], ['x-account-name', '  ']])
      expect(pinnedAccount(headers)).toBeUndefined();
  });

  it('reads names that are not ASCII, as bytes and as our answers write them', () => {
    expect(pinnedAccount(['x-account-name', Buffer.from('Größe 漢').toString('latin1')])).toBe('Größe 漢');
    expect(pinnedAccount(['x-account-name', encodeURIComponent('Größe 漢')])).toBe('Größe 漢');
    expect(pinnedAccount(['x-account-name', 'Gr\u00f6\u00dfe'])).toBe('Größe');
  });

  it('takes no longer for a long one that is nearly escaped', () => {
    // In the square of its length this would take longer than a test may.
    const long = `${'%aa'.repeat(400_000)}é`;
    expect(pinnedAccount(['x-account-name', long])).toBe(long);
  });

  it('leaves names alone that only look escaped', () => {
    for (const name of ['100%25', '%41nn', '100%', '%zz', '%c3', '%c3%28', 'a%20b'])
      expect(pinnedAccount(['x-account-name', name])).toBe(name);
  });
});
