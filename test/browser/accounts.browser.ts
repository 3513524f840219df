import { describe, expect, it } from 'bun:test';
import { parsed } from '../help/a-command.ts';
import { chromiumPath, picture, stages } from '../help/a-page.ts';

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
    expect(await page.getByRole('tabpanel').innerText()).toContain(`export ANTHROPIC_BASE_URL=http://127.0.0.1:`);
    expect(await stage.call()).toBe(200);
    await page.getByText('It works: a request came').waitFor({ timeout: 1_000 });
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByText('Watch the first request arrive').waitFor({ state: 'detached' });
    await picture(page, 'one-account');
  });

  it('shows within a second that a call is answered, and by whom', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    const row = page.getByRole('listitem', { name: 'work', exact: true });
    await row.getByText('not used yet').waitFor();
    expect(await stage.call('hello', { 'x-ccproxy-account': 'work' })).toBe(200);
    await row.getByText('ago').or(row.getByText('just now')).waitFor({ timeout: 1_000 });
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
      await page.getByRole('button', { name: /^Remove/ }).filter({ visible: true }).click();
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
      page.getByRole('listitem').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')).filter((name) => name !== null));
    expect(await names()).toEqual(['work', 'team', 'small']);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Alt+ArrowUp');
    await page.waitForFunction("document.querySelector('[data-row]').ariaLabel === 'team'");
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
});
