import { join } from 'node:path';
import { describe, expect, it } from 'bun:test';
import { parsed } from '../help/a-command.ts';
import { chromiumPath, picture, stages } from '../help/a-page.ts';
import { busyKeys } from '../help/a-scene.ts';

const keys = [
  { name: 'work', key: 'sk-ant-api03-work' },
  { name: 'team', key: 'sk-ant-api03-team' },
  { name: 'small', key: 'sk-ant-api03-small' },
];

describe.skipIf(chromiumPath === undefined)('the page of the accounts', () => {
  const aStage = stages();

  it('leads from nothing to the first request', async () => {
    const stage = await aStage({ keys: keys.slice(0, 1), accounts: false });
    const page = await stage.open();
    await page.getByText('Watch the first request arrive').waitFor();
    await picture(page, 'first-steps');
    await page.getByRole('button', { name: 'API key' }).click();
    await page.getByLabel('Name').fill('work');
    await page.getByLabel('Key', { exact: true }).fill(keys[0]!.key);
    await page.getByLabel('Base URL').fill(stage.simulator.url);
    await picture(page, 'add-account');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Added “work”').waitFor();
    await page.getByRole('listitem', { name: 'work' }).waitFor();
    expect(await page.content()).not.toContain(keys[0]!.key);
    await page.getByRole('tab', { name: 'Shell', exact: true }).click();
    expect(await page.getByRole('tabpanel').innerText()).toContain(
      `export ANTHROPIC_BASE_URL=http://127.0.0.1:`,
    );
    expect(await stage.call()).toBe(200);
    await page.getByText('It works: a request came').waitFor();
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByText('Watch the first request arrive').waitFor({ state: 'detached' });
    await picture(page, 'one-account');
  });

  it('shows that a call was answered, and by whom', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    const row = page.getByRole('listitem', { name: 'work', exact: true });
    await row.getByText('not used yet').waitFor();
    expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
    await row.getByText('ago').or(row.getByText('just now')).waitFor();
  });

  it('tells of each account what runs on it, what it holds, who is next, and what is left of its limits until when', async () => {
    const stage = await aStage({ keys: [busyKeys[1]!] });
    const page = await stage.open();
    const row = page.getByRole('listitem', { name: 'team plan', exact: true });
    await row.getByText('Next', { exact: true }).waitFor();
    expect(await stage.call('hello', { 'x-claude-code-session-id': 'one' })).toBe(200);
    await row.getByText('1 session', { exact: true }).waitFor();
    await row.getByRole('img', { name: /^5 h: \d+ % used$/ }).waitFor();
    await row.getByRole('img', { name: /^7 d: \d+ % used$/ }).waitFor();
    await row
      .getByText(/^resets in \d/)
      .first()
      .waitFor();
    // The exact moment stands in the tip.
    expect(await row.locator('.window-forecast time').first().getAttribute('title')).toMatch(
      new RegExp(`${new Date().getFullYear()}`),
    );
    const stop = await stage.streams(4);
    await page
      .getByText(/^\d in flight$/)
      .first()
      .waitFor();
    stop();
    await page
      .getByText(/^\d in flight$/)
      .first()
      .waitFor({ state: 'detached' });
  });

  it('switches an account off and on, and copies the lines for every way to start Claude Code', async () => {
    const stage = await aStage({ keys: keys.slice(0, 1) });
    const page = await stage.open();
    const row = page.getByRole('listitem', { name: 'work', exact: true });
    const press = async (name: RegExp): Promise<void> => {
      await page.getByRole('button', { name: 'What to do with work' }).click();
      await page.getByRole('button', { name }).filter({ visible: true }).click();
    };
    await press(/^Switch off/);
    await row.getByText('Off', { exact: true }).waitFor();
    await press(/^Switch on/);
    await row.getByText('Ready').waitFor();
    for (const [tab, words] of [
      ['PowerShell', '$env:ANTHROPIC_BASE_URL'],
      ['Settings file', '"ANTHROPIC_BASE_URL"'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').getByText(words).waitFor();
    }
  });

  it('renames in place, says why a name is refused, and Escape leaves everything as it was', async () => {
    const stage = await aStage({ keys: keys.slice(0, 2) });
    const page = await stage.open();
    await page.getByRole('button', { name: 'work', exact: true }).click();
    const input = page.getByLabel('Name of the account');
    await input.fill('team');
    await input.press('Enter');
    await page.getByRole('alert').getByText('team').waitFor();
    await input.fill('office <b>&"');
    await input.press('Enter');
    await page.getByRole('listitem', { name: 'office <b>&"' }).waitFor();
    await page.getByRole('button', { name: 'team', exact: true }).click();
    await input.fill('never');
    await input.press('Escape');
    await page.getByRole('button', { name: 'team', exact: true }).waitFor();
  });

  it('removes an account, and takes that back', async () => {
    const stage = await aStage({ keys: keys.slice(0, 2) });
    const page = await stage.open();
    const row = page.getByRole('listitem', { name: 'team' });
    const remove = async (): Promise<void> => {
      await page.getByRole('button', { name: 'What to do with team' }).click();
      await page
        .getByRole('button', { name: /^Remove/ })
        .filter({ visible: true })
        .click();
      await row.waitFor({ state: 'detached' });
    };
    await remove();
    await picture(page, 'undo');
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
    await row.getByText('Ready').waitFor();
    await remove();
    // A stop waits for nobody to change their mind.
    await stage.proxy!.stop();
    const { out } = await stage.bench.run(['auth', 'list', '--json']);
    expect(parsed<{ name: string }[]>(out).map(({ name }) => name)).toEqual(['work']);
  });

  it('is worked with the keyboard alone', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    const names = (): Promise<(string | null)[]> =>
      page
        .getByRole('listitem')
        .evaluateAll((rows) =>
          rows.map((row) => row.getAttribute('aria-label')).filter((name) => name !== null),
        );
    expect(await names()).toEqual(['work', 'team', 'small']);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Alt+ArrowUp');
    await page.locator('[data-row]:first-child[aria-label="team"]').waitFor();
    expect(await page.evaluate<string>('document.activeElement.ariaLabel')).toBe('team');
    await page.keyboard.press('e');
    await page.getByRole('listitem', { name: 'team' }).getByText('Off', { exact: true }).waitFor();
    await page.keyboard.press('r');
    await page.getByLabel('Name of the account').fill('crew');
    await page.keyboard.press('Enter');
    await page.getByRole('listitem', { name: 'crew' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
  });

  it('shows that an account is at its limit, and what said so', async () => {
    const stage = await aStage({ keys: [{ ...keys[0]!, requestsPerMinute: 1 }, keys[1]!] });
    const page = await stage.open();
    const row = page.getByRole('listitem', { name: 'work', exact: true });
    await row.getByText('Ready').waitFor();
    const pinned = { 'x-account-name': 'work' };
    expect(await stage.call('one', pinned)).toBe(200);
    expect(await stage.call('two', pinned)).toBe(429);
    await row.getByText('Resting').waitFor();
    await row.getByText('Requests a minute used up, said by retry-after').waitFor();
  });

  it('adds a token and a pass-through account, and stores nothing that may be a sign-in without a yes', async () => {
    const stage = await aStage();
    const page = await stage.open();
    const add = page.getByRole('button', { name: 'Add', exact: true });
    const token = 'sk-ant-oat01-of-a-workload';
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'Pass-through', exact: true }).click();
    // The form of the other kind takes the place of this one.
    await page.getByLabel('Key', { exact: true }).waitFor({ state: 'detached' });
    await page.getByLabel('Name').fill('mine');
    await add.click();
    await page.getByRole('listitem', { name: 'mine' }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'Bearer token', exact: true }).click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    await page.getByLabel('Name').fill('workload');
    await page.getByLabel('Token', { exact: true }).fill(token);
    await add.click();
    const yes = page.getByLabel('I may use this token here');
    await yes.waitFor();
    expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('');
    await page.getByLabel('Token', { exact: true }).fill(token);
    await yes.check();
    await add.click();
    await page.getByRole('listitem', { name: 'workload' }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('keeps what was typed when another kind is chosen, and puts no secret into an address', async () => {
    const stage = await aStage();
    const page = await stage.open();
    const secret = 'a-token-of-our-gateway';
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await page.keyboard.press('n');
    await page.getByLabel('Name').fill('mine & yours');
    await page.getByLabel('Key', { exact: true }).fill(secret);
    await page.getByLabel('Base URL').fill(stage.simulator.url);
    const kind = (name: string) => page.getByRole('button', { name, exact: true });
    await kind('Bearer token').click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    // Whoever works with the keyboard goes on with the first field of the kind they chose.
    expect(await page.evaluate<string>('document.activeElement.name')).toBe('name');
    expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe(secret);
    await kind('Sign-in').click();
    await page.getByText('The settings name no provider yet').waitFor();
    await kind('API key').click();
    await page.getByLabel('Key', { exact: true }).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('mine & yours');
    expect(await page.getByLabel('Base URL').inputValue()).toBe(stage.simulator.url);
    // Also after an answer that said what is wrong.
    await page.getByLabel('Base URL').fill('ftp://nowhere.example');
    await page.getByLabel('Key', { exact: true }).fill(secret);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await kind('Pass-through').click();
    await page.getByLabel('Key', { exact: true }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').inputValue()).toBe('mine & yours');
    await page.getByLabel('Base URL').fill('');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('listitem', { name: 'mine & yours' }).waitFor();
    expect(addresses.filter((address) => address.includes(secret))).toEqual([]);
  });

  it('says in the form why an account is not added', async () => {
    const stage = await aStage({ keys: keys.slice(0, 1) });
    const page = await stage.open();
    await page.keyboard.press('n');
    await page.getByLabel('Name').fill('WORK');
    await page.getByLabel('Key', { exact: true }).fill('sk-ant-api03-other');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('work').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('WORK');
  });

  it('exports all accounts into a file and takes them from it again', async () => {
    const stage = await aStage({ keys: keys.slice(0, 2) });
    const page = await stage.open();
    const more = page.getByRole('button', { name: 'Export and import' });
    const passphrase = 'correct horse battery';
    await more.click();
    await page.getByRole('button', { name: 'Export …' }).click();
    await page.getByLabel('Passphrase').fill(passphrase);
    await page.getByLabel('The same again').fill(passphrase);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    const file = join(stage.bench.folder, 'accounts.jwe');
    await download.saveAs(file);
    expect(download.suggestedFilename()).toEndWith('.jwe');
    expect(await Bun.file(file).text()).not.toContain('sk-ant');
    await page.getByRole('button', { name: 'Done' }).click();
    for (const { name } of keys.slice(0, 2)) await stage.bench.run(['auth', 'remove', name, '--yes']);
    await page
      .getByText('Watch the first request arrive')
      .or(page.getByText('Add account'))
      .first()
      .waitFor();
    await page.getByRole('listitem', { name: 'work' }).waitFor({ state: 'detached' });
    await more.click();
    await page.getByRole('button', { name: 'Import …' }).click();
    await page.getByLabel('File', { exact: true }).setInputFiles(file);
    await page.getByLabel('Passphrase').fill('wrong');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('The passphrase does not open the file').waitFor();
    await page.getByLabel('File', { exact: true }).setInputFiles(file);
    await page.getByLabel('Passphrase').fill(passphrase);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('listitem', { name: 'work' }).waitFor();
    expect(await stage.call()).toBe(200);
  });

  it('changes settings, the secret and the order of accounts', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    const menu = (name: string) => page.getByRole('button', { name: `What to do with ${name}` });
    const press = (name: string | RegExp) =>
      page.getByRole('button', { name }).filter({ visible: true }).click();
    await menu('work').click();
    await press(/^Details and settings/);
    await page.getByLabel('Priority').fill('7');
    await page.getByLabel('Models').fill('claude-opus-*');
    await picture(page, 'details');
    await press('Save');
    await page.getByText('Saved the settings of “work”').waitFor();
    await menu('small').click();
    await press(/^Prefer/);
    await page.locator('[data-row]:first-child[aria-label="small"]').waitFor();
    await menu('team').click();
    await press('New key');
    await page.getByLabel('New key', { exact: true }).fill('sk-ant-api03-unknown');
    await press('Replace');
    await page.getByText('has a new secret').waitFor();
    await menu('team').click();
    await press(/^Test/);
    await page
      .getByRole('log')
      .getByText(/“team”/)
      .last()
      .waitFor();
    const { out } = await stage.bench.run(['auth', 'list', '--json']);
    const all = parsed<{ name: string; priority: number; models: string[] }[]>(out);
    expect(all.find(({ name }) => name === 'work')).toMatchObject({ priority: 7, models: ['claude-opus-*'] });
    expect(all.find(({ name }) => name === 'small')!.priority).toBeLessThan(7);
  });

  it('moves an account by dragging it', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    const row = (name: string) => page.getByRole('listitem', { name, exact: true });
    await row('small').hover();
    await row('small')
      .locator('[data-grip]')
      .dragTo(row('work'), { targetPosition: { x: 200, y: 4 } });
    await page.locator('[data-row]:first-child[aria-label="small"]').waitFor();
  });
});
