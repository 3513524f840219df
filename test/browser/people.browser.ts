import { describe, expect, it } from 'bun:test';
import type { Page } from 'playwright-core';
import { chromiumPath, looks, picture, type Stage, stages, violations } from '../help/a-page.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';

const password = 'correct horse battery';
const other = 'another good password';
const config = '[admin]\nsign_in = "always"\n';

async function give(stage: Stage, name: string, role = 'admin'): Promise<void> {
  const words = ['admin', 'password', name, '--role', role, '--password-stdin'];
  const { code, err } = await stage.bench.run(words, { input: password });
  expect([code, err]).toEqual([0, '']);
}

/** A browser in which somebody has signed in, at `path`. */
async function signedIn(stage: Stage, name: string, path: string, given = password): Promise<Page> {
  const page = await stage.open({ path });
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(given);
  await page.keyboard.press('Enter');
  await page.locator('html[data-role]').waitFor();
  await page.locator('html[data-ready]').waitFor();
  return page;
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

describe.skipIf(chromiumPath === undefined)('the page of the people', () => {
  const aStage = stages();

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const provider = await anOidcProvider();
      try {
        const rules = 'providers = ["company"]\nadmins = ["ann@example.com"]\nviewers = ["*@example.com"]\n';
        const company = `[providers.company]\nissuer = "${provider.issuer}"\nclient_id = "page"\n`;
        const stage = await aStage({ config: `[admin]\n${rules}${company}` });
        const nobody = await stage.open({ path: '/people', ...look });
        await nobody.getByText('Nobody has a password').waitFor();
        expect(await violations(nobody)).toEqual([]);
        for (const person of ['ann', 'bob the builder of everything']) await give(stage, person);
        await give(stage, 'vera', 'viewer');
        const page = await stage.open({ path: '/people', ...look });
        const fits = async (): Promise<void> => {
          expect(await violations(page)).toEqual([]);
          const over = 'document.documentElement.scrollWidth - innerWidth';
          expect(await page.evaluate<number>(over)).toBeLessThanOrEqual(0);
        };
        await page.getByRole('listitem', { name: 'vera' }).waitFor();
        await fits();
        await picture(page, `people-${name}`);
        for (const button of ['Add somebody', 'Change vera', 'Remove vera', 'Sign everybody out …']) {
          await press(page, button);
          await page.getByRole('dialog').waitFor();
          await fits();
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'hidden' });
        }
      } finally {
        await provider.close();
      }
    });
  }

  it('lets somebody in, shows where they are, and what they may do changes in their open page', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }], config });
    await give(stage, 'ann');
    const ann = await signedIn(stage, 'ann', '/people');
    const row = (name: string) => ann.getByRole('listitem', { name, exact: true });
    await row('ann').getByText('You', { exact: true }).waitFor();
    await press(ann, 'Add somebody');
    await ann.getByLabel('Name').fill('bob');
    await ann.getByLabel('May').selectOption('admin');
    await ann.getByLabel('Password', { exact: true }).fill(other);
    await ann.getByLabel('The same again').fill('something else');
    await press(ann, 'Add');
    await ann.getByRole('alert').getByText('The two passwords are not the same').waitFor();
    expect(await ann.getByLabel('Name').inputValue()).toBe('bob');
    await ann.getByLabel('Password', { exact: true }).fill(other);
    await ann.getByLabel('The same again').fill(other);
    await press(ann, 'Add');
    await row('bob').getByText('not signed in').waitFor();
    const bob = await signedIn(stage, 'bob', '/accounts', other);
    await row('bob').getByText('in 1 browser').waitFor();
    await bob.getByRole('button', { name: 'Add account' }).waitFor();
    await press(ann, 'Change bob');
    await ann.getByLabel('May').selectOption('viewer');
    await press(ann, 'Save');
    await row('bob').getByText('look, and change nothing').waitFor();
    await bob.getByRole('button', { name: 'Add account' }).waitFor({ state: 'detached' });
    await press(ann, 'Remove bob');
    await ann.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await row('bob').waitFor({ state: 'detached' });
    await bob.getByRole('heading', { name: 'Sign in' }).waitFor();
    // The last one stays, and the page says why.
    await press(ann, 'Change ann');
    await ann.getByLabel('May').selectOption('viewer');
    await press(ann, 'Save');
    await ann.getByRole('alert').getByText('"ann" is the last admin with a password.').waitFor();
  });

  it('is worked with the keyboard alone, from wherever somebody is', async () => {
    const stage = await aStage();
    for (const name of ['ann', 'bob']) await give(stage, name);
    const page = await stage.open({ path: '/requests' });
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('listitem', { name: 'bob' }).waitFor();
    await page.locator('html[data-ready]').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Change “bob”' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('Delete');
    await page.getByRole('heading', { name: 'Remove “bob”?' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('listitem', { name: 'bob' }).waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'Add somebody' }).waitFor();
  });

  it('signs everybody out, whoever says so among them', async () => {
    const stage = await aStage({ config });
    await give(stage, 'ann');
    const [ann, elsewhere] = [
      await signedIn(stage, 'ann', '/people'),
      await signedIn(stage, 'ann', '/usage'),
    ];
    await press(ann, 'Sign everybody out …');
    await ann.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
    await ann.getByRole('heading', { name: 'Sign in' }).waitFor();
    await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
