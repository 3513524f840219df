import { describe, expect, it } from 'bun:test';
import type { Page } from 'playwright-core';
import { parsed } from '../help/a-command.ts';
import { chromiumPath, looks, picture, type Stage, stages, violations } from '../help/a-page.ts';

const keys = [
  { name: 'work', key: 'sk-ant-api03-work' },
  { name: 'team', key: 'sk-ant-api03-team' },
];

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

/** Makes a key on the page and leaves its dialog open; resolves with the key. */
async function created(page: Page, name: string): Promise<string> {
  await press(page, 'Create key');
  await page.getByLabel('Name').fill(name);
  await press(page, 'Create');
  await page.getByText('Keep it now.').waitFor();
  return (await page.locator('#new-key').textContent()) ?? '';
}

/** Keys as somebody has them who shares the proxy. */
async function someKeys(stage: Stage): Promise<void> {
  const { bench } = stage;
  const make = (...words: string[]) => bench.run(['keys', 'create', ...words, '--json']);
  const { out } = await make('laptop', '--owner', 'ann', '--budget', '20usd/month', '--per-minute', '60');
  await make('build server', '--owner', 'ci', '--budget', '500ktokens/day/soft', '--expires', '30d');
  const tight = await make(
    'intern',
    '--models',
    'claude-opus-*',
    '--accounts',
    'team',
    '--budget',
    '0.01usd/week',
  );
  await make('old phone');
  await bench.run(['keys', 'revoke', 'old phone', '--yes']);
  for (const text of [out, tight.out])
    await stage.call('hello', { 'x-api-key': parsed<{ key: string }>(text).key });
}

describe.skipIf(chromiumPath === undefined)('the page of the keys', () => {
  const aStage = stages();

  it('makes a key that is shown once, lets a client in, and shuts it out when it is revoked', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open({ path: '/keys' });
    await page.getByText('No client key').waitFor();
    const key = await created(page, 'laptop');
    expect(key).toStartWith('ccp-');
    expect(await page.getByRole('tabpanel').innerText()).toContain(`export ANTHROPIC_AUTH_TOKEN=${key}`);
    await picture(page, 'key-created');
    await press(page, 'I have it');
    // A dialog tells of its end a moment after it is closed.
    await page.locator('#new-key').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    expect(await stage.call()).toBe(401);
    expect(await stage.call('hello', { 'x-api-key': key })).toBe(200);
    const row = page.getByRole('listitem', { name: 'laptop' });
    await row.getByText('ago').or(row.getByText('just now')).first().waitFor();
    await press(page, 'Revoke laptop');
    await page.getByRole('dialog').getByText('cannot be taken back').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Revoked or expired (1)').waitFor();
    // Nobody has a key any more, so nobody needs one.
    expect(await stage.call('hello', { 'x-api-key': key })).toBe(401);
    await page.reload();
    expect(await page.content()).not.toContain(key);
  });

  it('sets limits and budgets, changes them, and shows what of them is used', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open({ path: '/keys' });
    await press(page, 'Create key');
    await page.getByLabel('Name').fill('laptop');
    await page.getByLabel('Whose it is').fill('ann');
    await page.getByLabel('Models').fill('claude-opus-*, claude-sonnet-*');
    await page.getByLabel('Accounts').fill('team');
    await page.getByLabel('Calls a minute').fill('60');
    await page.getByLabel('Besides calls').selectOption('viewer');
    await page.getByLabel('Amount of budget 1').fill('0.01');
    await page.getByLabel('Period of budget 1').selectOption('daily');
    await press(page, 'Create');
    const key = (await page.locator('#new-key').textContent()) ?? '';
    await press(page, 'I have it');
    const row = page.getByRole('listitem', { name: 'laptop' });
    await row.getByText('$0.00 of $0.01 a day').waitFor();
    await row.getByText('on team').waitFor();
    await row.getByText('viewer', { exact: true }).waitFor();
    expect(await stage.call('hello '.repeat(400), { 'x-api-key': key })).toBe(200);
    await row.getByText(/^\$0\.00\d+ of \$0\.01 a day/).waitFor();
    await press(page, 'Change laptop');
    await page.getByLabel('Amount of budget 1').fill('');
    await page.getByLabel('Amount of budget 2').fill('500,000');
    await page.getByLabel('Unit of budget 2').selectOption('tokens');
    await page.getByLabel('What happens beyond it, of budget 2').selectOption('no');
    await page.getByLabel('Calls a minute').fill('');
    expect(await page.getByLabel('Besides calls').inputValue()).toBe('viewer');
    await page.getByLabel('Besides calls').selectOption('nothing');
    await press(page, 'Save');
    await page.getByText('Saved “laptop”').waitFor();
    const { out } = await stage.bench.run(['keys', 'list', '--json']);
    expect(parsed<object[]>(out)).toMatchObject([
      {
        name: 'laptop',
        owner: 'ann',
        models: ['claude-opus-*', 'claude-sonnet-*'],
        accounts: ['team'],
        requestsPerMinute: null,
        role: null,
        budgets: [{ period: 'monthly', limitTokens: 500_000, hard: false }],
      },
    ]);
  });

  it('says in the form why a key is not made, and keeps what was typed', async () => {
    const stage = await aStage({ keys });
    await stage.bench.run(['keys', 'create', 'laptop']);
    const page = await stage.open({ path: '/keys' });
    await press(page, 'Create key');
    await page.getByLabel('Name').fill('LAPTOP');
    await page.getByLabel('Amount of budget 1').fill('a lot');
    await press(page, 'Create');
    await page.getByRole('alert').getByText('must be a number').waitFor();
    await page.getByLabel('Amount of budget 1').fill('5');
    await press(page, 'Create');
    await page.getByRole('alert').getByText('There is a client key "laptop" already').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('LAPTOP');
    expect(await page.getByLabel('Amount of budget 1').inputValue()).toBe('5');
  });

  it('is worked with the keyboard alone', async () => {
    const stage = await aStage({ keys });
    for (const name of ['one', 'two']) await stage.bench.run(['keys', 'create', name]);
    const page = await stage.open({ path: '/keys' });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Delete');
    await page.getByRole('heading', { name: 'Revoke “two”?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.getByLabel('Name').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('listitem', { name: 'two' }).waitFor();
  });

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ keys });
      await someKeys(stage);
      const page = await stage.open({ path: '/keys', ...look });
      await page.getByText('in 30 d').first().waitFor();
      await picture(page, `keys-${name}`);
      await page.getByText('Revoked or expired (1)').click();
      expect(await violations(page)).toEqual([]);
      await press(page, 'Create key');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await picture(page, `key-form-${name}`);
      await page.keyboard.press('Escape');
      await press(page, 'Revoke laptop');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await created(page, 'new');
      expect(await violations(page)).toEqual([]);
    });
  }
});
