import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings, type Settings } from '../../src/config/settings.ts';
import { postgresFrom } from '../../src/server/database-given.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();
const settings = (more: Partial<Settings['database']> = {}): Settings['database'] => ({
  ...defaultSettings.database,
  url: 'postgres://ann@db.example.com/proxy',
  ...more,
});
const passwordOf = async (env: Record<string, string>, more: Partial<Settings['database']> = {}) =>
  (await (await postgresFrom(env, settings(more)))?.password())?.reveal();

test('without a URL the file is used', async () => {
  expect(await postgresFrom({ PGPASSWORD: 'x' }, defaultSettings.database)).toBeUndefined();
});

test('with one, everything that is needed is known', async () => {
  expect(await postgresFrom({}, settings({ poolSize: 3, connectTimeoutSeconds: 2.5 }))).toMatchObject({
    address: { host: 'db.example.com', tls: 'verify-full' },
    authorities: undefined,
    poolSize: 3,
    connectTimeoutMs: 2_500,
    statementTimeoutMs: 30_000,
  });
});

describe('the password', () => {
  test('is our own variable, else the file, else what other clients read', async () => {
    const passwordFile = join(folder(), 'password');
    writeFileSync(passwordFile, 'in the file\n');
    const env = { CCPROXY_DATABASE_PASSWORD: 'ours', PGPASSWORD: 'common' };
    expect(await passwordOf(env, { passwordFile })).toBe('ours');
    expect(await passwordOf({ PGPASSWORD: 'common' }, { passwordFile })).toBe('in the file');
    expect(await passwordOf({ PGPASSWORD: 'common' })).toBe('common');
    expect(await passwordOf({ CCPROXY_DATABASE_PASSWORD: '' })).toBeUndefined();
  });

  test('in a file is read anew for each connection', async () => {
    const passwordFile = join(folder(), 'password');
    const given = await postgresFrom({}, settings({ passwordFile }));
    for (const text of ['old', 'new']) {
      writeFileSync(passwordFile, text);
      expect((await given?.password())?.reveal()).toBe(text);
    }
  });

  test('in a file that is not there is a problem that names the setting', async () => {
    const problem = await problemOf(passwordOf({}, { passwordFile: join(folder(), 'none') }));
    expect(problem.code).toBe('database-password');
    expect(problem.fix).toContain('database.password_file');
  });
});

test('certificates are trusted beside the usual ones; a file that is not there names its setting', async () => {
  const extraCa = join(folder(), 'ca.pem');
  writeFileSync(extraCa, 'PEM');
  const given = await postgresFrom({}, settings({ extraCa }));
  expect(given?.authorities?.at(-1)).toBe('PEM');
  expect(given?.authorities?.length).toBeGreaterThan(50);
  const problem = await problemOf(postgresFrom({}, settings({ extraCa: join(folder(), 'none.pem') })));
  expect(problem.fix).toContain('database.extra_ca');
});
