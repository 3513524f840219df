import { describe, expect, it } from 'bun:test';
import { chromiumPath, looks, picture, stages, violations, type Stage } from '../help/a-page.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';

const keys = [
  { name: 'work', key: 'sk-ant-api03-work' },
  { name: 'team', key: 'sk-ant-api03-team' },
];
const config = '[admin]\nsign_in = "always"\n';
const password = 'correct horse battery';

/** What `ui` prints: the link, alone on its line. */
async function linkOf(stage: Stage, role: string): Promise<string> {
  const { out } = await stage.bench.run(['ui', '--no-open', '--role', role]);
  // The page is opened under the name that the stage has for it.
  const { pathname, hash } = new URL(out.trim());
  return pathname + hash;
}

async function givePassword(stage: Stage, ...words: string[]): Promise<void> {
  const set = await stage.bench.run(['admin', 'password', ...words, '--password-stdin'], { input: password });
  expect([set.code, set.err]).toEqual([0, '']);
}

describe.skipIf(chromiumPath === undefined)('the doors of the page', () => {
  const aStage = stages();

  for (const [name, look] of looks) {
    it(`have nothing that axe finds wrong: ${name}`, async () => {
      const stage = await aStage({ config });
      const empty = await stage.open({ path: '/sign-in', ...look });
      expect(await violations(empty)).toEqual([]);
      await givePassword(stage);
      const page = await stage.open({ path: '/sign-in', ...look });
      await page.getByLabel('Name').fill('admin');
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0);
      if (name !== 'dark') await picture(page, `sign-in-${name}`);
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Accounts' }).waitFor();
      await page.goto(`${stage.url}/changes`);
      await page.getByText('was not let in').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0);
      if (name === 'light') await picture(page, `changes-${name}`);
      if (name === 'phone') return;
      await page.getByRole('button', { name: 'admin, admin' }).click();
      await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
      expect(await violations(page)).toEqual([]);
    });
  }

  it('let in by password, to the page that was wanted, and out again', async () => {
    const stage = await aStage({ keys, config });
    await givePassword(stage, 'ann');
    const page = await stage.open({ path: '/usage' });
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.getByLabel('Name').fill('ann');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Name and password do not fit').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('ann');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/usage');
    await page.getByRole('button', { name: 'ann, admin' }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${stage.url}/accounts`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const { out } = await stage.bench.run(['audit']);
    for (const words of ['was not let in', 'signed in', 'signed out', 'gave a password to the new ann'])
      expect(out).toContain(words);
    expect(out).not.toContain(password);
  });

  it('let in by a link, once, which stays neither in the address nor in the history', async () => {
    const stage = await aStage({ keys, config });
    const path = await linkOf(stage, 'admin');
    const page = await stage.open({ path });
    await page.getByRole('listitem', { name: 'work' }).waitFor();
    expect(page.url()).toBe(`${stage.url}/accounts`);
    await page.goBack();
    expect(page.url()).not.toContain('link=');
    const other = await stage.open({ path });
    await other.getByText('used up or too old').waitFor();
    expect(other.url()).not.toContain('link=');
  });

  it('let in whom a provider knows, to the page that was wanted', async () => {
    const provider = await anOidcProvider();
    try {
      const company = `[providers.company]\nissuer = "${provider.issuer}"\nclient_id = "page"\n`;
      const stage = await aStage({
        config: `${config}providers = ["company"]\nadmins = ["ann"]\n${company}`,
      });
      const page = await stage.open({ path: '/usage?range=7d', leads: provider.issuer });
      await page.getByRole('button', { name: 'Sign in with company' }).click();
      await page.getByRole('heading', { name: 'Usage' }).waitFor();
      expect(page.url()).toBe(`${stage.url}/usage?range=7d`);
      await page.getByRole('button', { name: 'ann@example.com, admin' }).waitFor();
      expect(provider.requests).toContain('POST /token');
    } finally {
      await provider.close();
    }
  });

  it('show a viewer everything, offer nothing to change, and keep it true', async () => {
    const stage = await aStage({ keys, config });
    const page = await stage.open({ path: await linkOf(stage, 'viewer') });
    const row = page.getByRole('listitem', { name: 'work', exact: true });
    await row.getByText('not used yet').waitFor();
    for (const name of ['Add account', 'Export and import', 'work'])
      expect([name, await page.getByRole('button', { name, exact: true }).count()]).toEqual([name, 0]);
    expect(await page.locator('[hx-post]:visible:not([data-for-all])').count()).toBe(0);
    await page.getByRole('button', { name: 'What to do with work' }).click();
    await page.getByRole('button', { name: /^Details/ }).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    for (const path of ['/usage', '/requests', '/keys', '/settings', '/doctor', '/changes']) {
      await page.goto(`${stage.url}${path}`);
      await page.locator('html[data-ready]').waitFor();
      const offers = page.getByRole('button', { name: /^(?:Add|Create|Change|Remove|Revoke|Save)/ });
      expect([path, await offers.count()]).toEqual([path, 0]);
      expect(await page.locator('[hx-post]:visible:not([data-for-all])').count()).toBe(0);
    }
    await page.goto(`${stage.url}/accounts`);
    await page.locator('html[data-ready]').waitFor();
    // Keys change nothing, and neither does what the page's own script sends.
    await row.focus();
    for (const key of ['e', 'p', 'Delete', 'n']) await page.keyboard.press(key);
    const refused = await page.evaluate<string>(
      `htmx.ajax('POST', '/accounts/order', { swap: 'none', values: { id: 'x' } }).then(() => 'sent')`,
    );
    expect(refused).toBe('sent');
    await page.getByText('You may look at everything here, but change nothing.').waitFor();
    expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
    await row.getByText('ago').or(row.getByText('just now')).waitFor();
  });

  it('shut an open page when its person is signed out elsewhere', async () => {
    const stage = await aStage({ keys, config });
    const page = await stage.open({ path: await linkOf(stage, 'admin') });
    await page.getByRole('listitem', { name: 'work' }).waitFor();
    await stage.bench.run(['admin', 'sign-out']);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('stay open at this machine as long as nobody wants them shut', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    await page.getByRole('button', { name: 'this machine, admin' }).click();
    await page.getByRole('link', { name: 'Changes' }).click();
    await page.getByText('added the account').first().waitFor();
  });
});
