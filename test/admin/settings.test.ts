import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SettingsView, SettingView } from '../../src/admin/contract-settings.ts';
import { localSettings, type SettingsManagement } from '../../src/admin/settings.ts';
import { LineLog } from '../../src/base/log.ts';
import { loadSettings } from '../../src/config/load.ts';
import { LiveSettings } from '../../src/server/live-settings.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const aFolder = temporaryFolders();

interface Room {
  readonly path: string;
  readonly settings: SettingsManagement;
  readonly live: LiveSettings;
  readonly text: () => string;
}

async function aRoom(
  toml: string | undefined,
  given: { env?: Record<string, string>; flags?: Record<string, unknown> } = {},
): Promise<Room> {
  const path = join(aFolder(), 'config.toml');
  if (toml !== undefined) writeFileSync(path, toml);
  const places = { config: path, isConfigNamed: false, userHome: '/home/ann' };
  const input = { places, env: given.env ?? {}, flags: given.flags ?? {} };
  const clock = new HandClock();
  const log = new LineLog({ level: 'error', format: 'json', colour: false, clock, write: () => {} });
  const live = new LiveSettings({
    ...input,
    loaded: await loadSettings(input),
    log,
    clock,
  });
  return { path, settings: localSettings(live, log), live, text: () => readFileSync(path, 'utf8') };
}

const one = ({ settings }: SettingsView, key: string): SettingView =>
  settings.find((setting) => setting.key === key)!;

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'went well',
    (error: { code?: string }) => error.code ?? 'no problem of ours',
  );

describe('the settings of a running proxy', () => {
  test('are told with who decides them, and only what the file decides can be changed', async () => {
    const { settings } = await aRoom('[log]\nkeep_days = 9\n', {
      env: { CCPROXY_LOG_KEEP_FILES: '3' },
      flags: { 'server.port': '9001' },
    });
    const view = await settings.view();
    expect(one(view, 'log.keep_days')).toMatchObject({
      value: 9,
      inFile: 9,
      source: { from: 'file', words: 'config.toml, line 2' },
      isEditable: true,
      input: 'number',
    });
    expect(one(view, 'log.keep_files')).toMatchObject({ source: { from: 'environment' }, isEditable: false });
    expect(one(view, 'server.port')).toMatchObject({ value: 9001, isEditable: false });
    expect(one(view, 'log.level')).toMatchObject({
      source: { from: 'default' },
      isEditable: true,
      input: 'choice',
    });
  });

  test('are changed in their file, in effect at once, and the rest of the file stays', async () => {
    const { settings, live, text } = await aRoom('# mine\n[log]\nkeep_days = 9 # enough\n');
    const { file } = await settings.view();
    const saved = await settings.save([{ key: 'log.keep_days', value: '12' }], file.base);
    expect(saved).toEqual({ changed: ['log.keep_days'], waitingForRestart: [] });
    expect(text()).toBe('# mine\n[log]\nkeep_days = 12 # enough\n');
    expect(live.settings.log.keepDays).toBe(12);
  });

  test('say which of them wait for a restart', async () => {
    const { settings, live } = await aRoom(undefined);
    const saved = await settings.save([{ key: 'server.drain_seconds', value: 3 }], 'none');
    expect(saved.changed).toEqual(['server.drain_seconds']);
    const { file } = await settings.view();
    const later = await settings.save([{ key: 'server.port', value: '9000' }], file.base);
    expect(later.waitingForRestart).toEqual(['server.port']);
    expect(live.settings.server.port).toBe(8000);
    expect(one(await settings.view(), 'server.port')).toMatchObject({
      value: 8000,
      inFile: 9000,
      waitsForRestart: true,
    });
  });

  test('are checked as the file is, in the same words, and a wrong one is not written', async () => {
    const { settings, text } = await aRoom('[log]\nkeep_days = 9\n');
    const { file } = await settings.view();
    const wrong = [{ key: 'server.max_body_bytes', value: '64' }];
    expect(await settings.check(wrong)).toEqual([
      {
        key: 'server.max_body_bytes',
        says: expect.stringMatching(/^server\.max_body_bytes is 64; it must be a number of bytes from 1 KiB/),
      },
    ]);
    expect(await codeOf(settings.save(wrong, file.base))).toBe('config-invalid');
    expect(await settings.check([{ key: 'server.tls_cert', value: 'cert.pem' }])).toMatchObject([
      { says: expect.stringContaining('set server.tls_key as well') },
    ]);
    expect(text()).toBe('[log]\nkeep_days = 9\n');
  });

  test('never repeat what may be a secret in the wrong place', async () => {
    const { settings } = await aRoom(undefined);
    const secret = 'https://ann:hunter2hunter2@db.example.com';
    for (const key of ['upstream.base_url', 'database.url', 'server.public_url']) {
      const flaws = JSON.stringify(await settings.check([{ key, value: secret }]));
      expect(flaws).toContain(key);
      expect(flaws).not.toContain('hunter2');
    }
  });

  test('that hold what looks like a secret are masked, and not to be changed here', async () => {
    const { settings } = await aRoom(
      [
        '[providers.company]',
        'issuer = "https://login.example.com"',
        'client_id = "proxy"',
        'token_endpoint = "https://login.example.com/token?api_key=hunter2hunter2"',
      ].join('\n'),
    );
    const view = await settings.view();
    expect(JSON.stringify(view)).not.toContain('hunter2');
    expect(one(view, 'providers.company.token_endpoint').isEditable).toBe(false);
    expect(one(view, 'providers.company.client_id').isEditable).toBe(true);
  });

  test('are not saved over what somebody else has written meanwhile', async () => {
    const { settings, path, text } = await aRoom('[log]\nkeep_days = 9\n');
    const { file } = await settings.view();
    writeFileSync(path, '[log]\nkeep_days = 10\n');
    expect(await codeOf(settings.save([{ key: 'log.keep_days', value: 11 }], file.base))).toBe(
      'settings-conflict',
    );
    expect(text()).toBe('[log]\nkeep_days = 10\n');
    const both = await Promise.all(
      [20, 21].map(async (value) =>
        codeOf(settings.save([{ key: 'log.keep_days', value }], (await settings.view()).file.base)),
      ),
    );
    expect(both.toSorted()).toEqual(['settings-conflict', 'went well']);
  });

  test('decided by a flag or a variable, or unknown, are refused', async () => {
    const { settings } = await aRoom(undefined, { env: { CCPROXY_LOG_KEEP_FILES: '3' } });
    expect(await codeOf(settings.save([{ key: 'log.keep_files', value: 4 }], 'none'))).toBe('setting-fixed');
    for (const key of ['log.nothing', 'nothing', 'providers', '__proto__.x', 'providers.UPPER.issuer'])
      expect([key, await codeOf(settings.save([{ key, value: 4 }], 'none'))]).toEqual([
        key,
        'setting-unknown',
      ]);
  });

  test('stand under names that people choose, and go with the whole table', async () => {
    const { settings, live, text } = await aRoom('# mine\n');
    const { file } = await settings.view();
    await settings.save(
      [
        { key: 'budgets.team.limit_usd', value: '100' },
        { key: 'budgets.team.hard', value: 'false' },
      ],
      file.base,
    );
    expect(live.settings.budgets.get('team')).toMatchObject({ limitUsd: 100, hard: false });
    const after = await settings.view();
    expect(after.sections.find(({ name }) => name === 'budgets')?.entries).toEqual(['team']);
    await settings.save([{ key: 'budgets.team', value: null }], after.file.base);
    expect(live.settings.budgets.size).toBe(0);
    expect(text()).toStartWith('# mine\n');
  });

  test('are written through a link, for their owner alone, and nothing is left beside', async () => {
    const { settings, path } = await aRoom('[log]\nkeep_days = 9\n');
    const real = join(path, '..', 'dotfiles.toml');
    renameSync(path, real);
    symlinkSync(real, path);
    chmodSync(real, 0o644);
    const { file } = await settings.view();
    await settings.save([{ key: 'log.keep_days', value: 10 }], file.base);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('keep_days = 10');
    expect(statSync(real).mode & 0o777).toBe(0o600);
  });

  test('are written where a link leads that leads to nothing yet, and the link stays', async () => {
    const { settings, path, live } = await aRoom(undefined);
    const folder = join(path, '..');
    // Over another link, as dotfiles are kept.
    symlinkSync('kept', join(folder, 'dotfiles'));
    symlinkSync('dotfiles/proxy.toml', path);
    mkdirSync(join(folder, 'kept'));
    const { file } = await settings.view();
    await settings.save([{ key: 'log.keep_days', value: 10 }], file.base);
    expect(readlinkSync(path)).toBe('dotfiles/proxy.toml');
    expect(readFileSync(join(folder, 'kept', 'proxy.toml'), 'utf8')).toContain('keep_days = 10');
    expect(live.settings.log.keepDays).toBe(10);
  });

  test('are not written where links lead in a circle', async () => {
    const { settings, path } = await aRoom(undefined);
    symlinkSync('config.toml', path);
    const { file } = await settings.view();
    expect(await codeOf(settings.save([{ key: 'log.keep_days', value: 10 }], file.base))).not.toBe(
      'went well',
    );
    expect(readlinkSync(path)).toBe('config.toml');
  });

  test('of a file with a mistake are told as they hold, with the mistake, and none is saved into it', async () => {
    const { settings, live, path } = await aRoom('[log]\nkeep_days = 9\n');
    writeFileSync(path, '[log]\nkeep_days = 10\nlevle = "info"\n');
    await live.reload().catch(() => undefined);
    const view = await settings.view();
    expect(view.problem?.title).toContain('log.levle is not a setting');
    expect(one(view, 'log.keep_days').value).toBe(9);
    const changes = [{ key: 'log.keep_files', value: 3 }];
    expect(await codeOf(settings.save(changes, view.file.base))).toBe('config-invalid');
    writeFileSync(path, 'not toml');
    const { file } = await settings.view();
    expect(await codeOf(settings.save(changes, file.base))).toBe('config-invalid');
    expect(await settings.check(changes)).toMatchObject([
      { key: null, says: expect.stringContaining('Correct it in an editor first') },
    ]);
  });
});
