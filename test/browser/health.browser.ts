import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'bun:test';
import { chromiumPath, looks, picture, stages, violations } from '../help/a-page.ts';

/** Every look of `doctor`, a request to each upstream among them (ms). */
const lookMs = 30_000;

describe.skipIf(chromiumPath === undefined)('the page about health', () => {
  const aStage = stages();
  const keys = [{ name: 'work', key: 'sk-ant-api03-work' }];

  it('finds what doctor finds, with what to do, and looks again when it is asked to', async () => {
    const stage = await aStage({ keys, config: '[log]\nlevel = "info"\n' });
    const config = join(stage.bench.home, 'config.toml');
    chmodSync(config, 0o644);
    const page = await stage.open({ path: '/doctor' });
    const home = page.locator('.check').filter({ has: page.getByRole('heading', { name: 'home' }) });
    await home.getByText('fails').waitFor({ timeout: lookMs });
    await home.getByText('chmod -R go=').waitFor();
    await page.getByText('answers (').waitFor();
    chmodSync(config, 0o600);
    await page.getByRole('button', { name: 'Look again' }).click();
    await home.getByText('closed to other users').waitFor({ timeout: lookMs });
  });

  it('looks again by itself when an account is not as it was', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open({ path: '/doctor' });
    const summary = page.locator('.checks-summary');
    await summary.getByText('looked').waitFor({ timeout: lookMs });
    await page.getByText('1 of 1 ready').waitFor();
    expect((await stage.bench.run(['auth', 'disable', 'work'])).code).toBe(0);
    await page.getByText('0 of 1 ready').waitFor({ timeout: lookMs });
  });

  it('says at once where things are and how they stand', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open({ path: '/doctor' });
    const card = (name: string) => page.getByRole('region', { name });
    await card('Vault').getByText('Its key is in a file').waitFor();
    await card('Database').getByText('proxy.db').waitFor();
    await card('Log').getByText('proxy.log').waitFor();
    await card('Proxy').getByText('0.1.0').waitFor();
    expect(await stage.call()).toBe(200);
    await page.getByText('looked').first().waitFor({ timeout: lookMs });
  });

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ keys });
      const page = await stage.open({ path: '/doctor', ...look });
      expect(await violations(page)).toEqual([]);
      await page.getByText('looked').first().waitFor({ timeout: lookMs });
      expect(await violations(page)).toEqual([]);
      await picture(page, `health-${name}`);
    });
  }
});
