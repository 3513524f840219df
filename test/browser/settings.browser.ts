import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'bun:test';
import type { Page } from 'playwright-core';
import { chromiumPath, looks, picture, type Stage, stages, violations } from '../help/a-page.ts';

const config = `# Settings of this machine
[server]
max_body_bytes = "20 MiB" # enough for us

[budgets.team]
limit_usd = 100

[log]
keep_days = 9
`;

const fileOf = ({ bench }: Stage): string => join(bench.home, 'config.toml');

async function change(page: Page, key: string): Promise<void> {
  await page.getByRole('button', { name: `Change ${key}` }).click();
  await page.getByRole('dialog').waitFor();
}

const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save', exact: true }).click();

describe.skipIf(chromiumPath === undefined)('the page of the settings', () => {
  const aStage = stages();

  it('changes a setting in its file, and it takes effect while calls are running', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }], config });
    const page = await stage.open({ path: '/settings' });
    expect(await stage.call('a'.repeat(3_000))).toBe(200);
    await change(page, 'server.max_body_bytes');
    const box = page.getByRole('textbox', { name: 'server.max_body_bytes' });
    expect(await box.inputValue()).toBe('20 MiB');
    await box.fill('2 KiB');
    await save(page);
    await page.getByText('It is in effect.').waitFor();
    const row = page.locator('[id="setting-server.max_body_bytes"]');
    await row.getByText('2 KiB').waitFor();
    await row.getByText('config.toml, line 3').waitFor();
    expect(await stage.call('a'.repeat(3_000))).toBe(413);
    expect(readFileSync(fileOf(stage), 'utf8')).toBe(config.replace('20 MiB', '2 KiB'));
  });

  it('says while it is typed what is wrong, in the words of the file, and saves none of it', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    await change(page, 'log.keep_days');
    const box = page.getByRole('textbox', { name: 'log.keep_days' });
    const wrong = page.getByText('log.keep_days is 0; it must be a whole number from 1 to 3650');
    await box.fill('0');
    await wrong.waitFor();
    await box.fill('10');
    await wrong.waitFor({ state: 'detached' });
    await box.fill('0');
    await wrong.waitFor();
    await picture(page, 'setting-wrong');
    await save(page);
    await wrong.waitFor();
    expect(await box.inputValue()).toBe('0');
    expect(readFileSync(fileOf(stage), 'utf8')).toBe(config);
  });

  it('says that a setting waits for a restart, and has it after one', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    await change(page, 'server.max_header_bytes');
    await page.getByText('Takes effect when the proxy is started the next time').waitFor();
    await page.getByRole('textbox', { name: 'server.max_header_bytes' }).fill('128 KiB');
    await save(page);
    await page.getByText('Saved, and waiting for a restart').waitFor();
    const row = page.locator('[id="setting-server.max_header_bytes"]');
    await row.getByText('then 128 KiB').waitFor();
    await picture(page, 'settings-waiting');
    await stage.proxy!.stop();
    await stage.start();
    await page.getByText('Saved, and waiting for a restart').waitFor({ state: 'detached' });
    await row.getByText('128 KiB', { exact: true }).waitFor();
  });

  it('does not write over what somebody else has saved meanwhile, until it is wanted still', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    await change(page, 'log.keep_days');
    const box = page.getByRole('textbox', { name: 'log.keep_days' });
    await box.fill('12');
    writeFileSync(fileOf(stage), config.replace('keep_days = 9', 'keep_days = 30'));
    await save(page);
    await page.getByRole('alert').getByText('was changed meanwhile').waitFor();
    expect(readFileSync(fileOf(stage), 'utf8')).toContain('keep_days = 30');
    expect(await box.inputValue()).toBe('12');
    await save(page);
    await page.getByText('It is in effect.').waitFor();
    expect(readFileSync(fileOf(stage), 'utf8')).toContain('keep_days = 12');
  });

  it('adds, changes and removes a table with a name', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    await page.getByRole('button', { name: 'Add a budget' }).click();
    await page.getByLabel('Name').fill('night shift');
    await page.getByText('The name must be lower case letters').waitFor();
    await page.getByLabel('Name').fill('night');
    await page.getByRole('combobox', { name: 'period' }).selectOption('daily');
    await page.getByText('limit_usd or').first().waitFor();
    await page.getByRole('textbox', { name: 'limit_usd' }).fill('2.5');
    await save(page);
    await page.getByText('It is in effect.').waitFor();
    expect(readFileSync(fileOf(stage), 'utf8')).toContain(
      '[budgets.night]\nperiod = "daily"\nlimit_usd = 2.5\n',
    );
    await change(page, 'budgets.night');
    await page.getByRole('textbox', { name: 'limit_usd' }).fill('3');
    await save(page);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Remove budgets.team' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Removed budgets.team').waitFor();
    const { out } = await stage.bench.run(['budgets', '--json']);
    expect(out).toContain('"night"');
    expect(out).not.toContain('"team"');
  });

  it('shows what a flag or a variable decides, and lets nobody change it here', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    await page.locator('[id="setting-server.port"]').getByText('flag --port').waitFor();
    await page
      .locator('[id="setting-vault.backend"]')
      .getByText('environment CCPROXY_VAULT_BACKEND')
      .waitFor();
    expect(await page.getByRole('button', { name: 'Change server.port' }).count()).toBe(0);
  });

  it('finds a setting by a word, from the keyboard', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    await page.keyboard.press('/');
    await page.keyboard.type('forwarding headers');
    await page.locator('[id="setting-log.level"]').waitFor({ state: 'hidden' });
    await page.locator('[id="setting-server.trusted_proxies"]').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('no such thing');
    await page.getByText('No setting is called so').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.getByLabel('Only what is set').check();
    await page.locator('[id="setting-log.keep_days"]').waitFor();
    await page.locator('[id="setting-log.level"]').waitFor({ state: 'hidden' });
  });

  it('tells of a file with a mistake, and that what held before still holds', async () => {
    const stage = await aStage({ config });
    const page = await stage.open({ path: '/settings' });
    writeFileSync(fileOf(stage), `${config}keep_dayz = 3\n`);
    await page.getByText('The file has a mistake').waitFor();
    await page.getByText('did you mean log.keep_days?').waitFor();
    writeFileSync(fileOf(stage), config);
    await page.getByText('The file has a mistake').waitFor({ state: 'detached' });
  });

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ config });
      const page = await stage.open({ path: '/settings', ...look });
      expect(await violations(page)).toEqual([]);
      await picture(page, `settings-${name}`);
      await change(page, 'server.max_body_bytes');
      await page.getByRole('textbox', { name: 'server.max_body_bytes' }).fill('a lot');
      await page.getByText('it must be a number of bytes').first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Add a provider' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Remove budgets.team' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  }
});
