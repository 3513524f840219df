import { afterEach, describe, expect, it } from 'bun:test';
import type { Page } from 'playwright-core';
import { parsed } from '../help/a-command.ts';
import { Browser } from '../help/a-browser.ts';
import { chromiumPath, looks, picture, type Stage, stages, violations } from '../help/a-page.ts';
import { Rooms } from '../help/a-proxy.ts';
import { anOidcProvider, type OidcProvider } from '../help/an-oidc-provider.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const configFor =
  (issuer: string) =>
  (simulator: string): string =>
    [
      '[providers.company]',
      `issuer = "${issuer}"`,
      'client_id = "native"',
      `base_url = "${simulator}"`,
      'scopes = ["openid", "email", "offline_access"]',
      'paste_redirect_uri = "https://client.example/code"',
      '',
    ].join('\n');

/** The dialog of the ways in, for a new account called `team`. */
async function added(page: Page): Promise<void> {
  await page.keyboard.press('n');
  await page.getByRole('button', { name: 'Sign-in', exact: true }).click();
  await page.getByLabel('Provider').waitFor();
  await page.getByLabel('Name').fill('team');
  await page.getByRole('button', { name: 'Go on to the sign-in' }).click();
  await page.getByRole('button', { name: 'In this browser' }).waitFor();
}

/** Whose sign-in the account is, as a command says it. */
async function labelOf({ bench }: Stage): Promise<string | null> {
  const { out } = await bench.run(['auth', 'show', 'team', '--json']);
  return parsed<{ signIn: { label: string | null } }>(out).signIn.label;
}

describe.skipIf(chromiumPath === undefined)('signing in on the page', () => {
  const aStage = stages();

  async function atCompany(): Promise<{ provider: OidcProvider; stage: Stage; page: Page }> {
    const provider = await rooms.add(anOidcProvider());
    const stage = await aStage({ config: configFor(provider.issuer) });
    return { provider, stage, page: await stage.open() };
  }

  it('goes through a window of this browser, and comes back by itself', async () => {
    const { stage, page } = await atCompany();
    await added(page);
    await page.getByRole('button', { name: 'In this browser' }).click();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Open company' }).click(),
    ]);
    await popup.getByText('signed in', { exact: false }).first().waitFor();
    await page.getByText('Signed in “team” as ann@example.com').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await labelOf(stage)).toBe('ann@example.com');
  });

  it('takes a code that is pasted, and asks again where that is none', async () => {
    const { page } = await atCompany();
    await added(page);
    await page.getByRole('button', { name: 'With a code to paste' }).click();
    const url = (await page.locator('#sign-in-url').textContent()) ?? '';
    await page.getByLabel('The code, or the whole address').fill('https://client.example/code?state=another');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    const back = await new Browser().until(url, new URL(url).origin);
    await page.getByLabel('The code, or the whole address').fill(back);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Signed in “team” as ann@example.com').waitFor();
    expect(await page.content()).not.toContain('code=');
  });

  it('shows a code and a picture for another device, and notices when it was confirmed there', async () => {
    const { page } = await atCompany();
    await added(page);
    await page.getByRole('button', { name: 'On a phone or another machine' }).click();
    await page.getByRole('img', { name: 'QR code that leads to company' }).waitFor();
    await picture(page, 'sign-in-device');
    const code = (await page.locator('#device-code').textContent()) ?? '';
    const url = (await page.locator('.device-words a').getAttribute('href')) ?? '';
    const phone = new Browser();
    const confirm = await phone.submit(await phone.visit(url), { user_code: code });
    await phone.submit(confirm, { user_code: code, confirm: 'yes' });
    await page.getByText('Signed in “team” as ann@example.com').waitFor({ timeout: 30_000 });
  });

  it('says why a sign-in came to nothing, and another is found again after a reload', async () => {
    const { provider, page } = await atCompany();
    provider.answer = 'no';
    await added(page);
    await page.getByRole('button', { name: 'In this browser' }).click();
    const url = (await page.getByRole('link', { name: 'Open company' }).getAttribute('href')) ?? '';
    await new Browser().visit(url);
    const alert = page.getByRole('dialog').getByRole('alert');
    await alert.getByText('access_denied: ann said <b>no</b>').waitFor();
    await page.getByRole('button', { name: 'On a phone or another machine' }).click();
    const code = (await page.locator('#device-code').textContent()) ?? '';
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await page.getByRole('button', { name: 'What to do with team' }).click();
    await page
      .locator('#account-menu')
      .getByRole('button', { name: /^Sign in/ })
      .click();
    expect(await page.locator('#device-code').textContent()).toBe(code);
    await page.getByRole('button', { name: 'Give it up' }).click();
    await page.getByRole('button', { name: 'With a code to paste' }).waitFor();
  });

  it('signs in again, while the sign-in before stays in use until then', async () => {
    const { stage, page } = await atCompany();
    await added(page);
    const signIn = async (): Promise<void> => {
      await page.getByRole('button', { name: 'In this browser' }).click();
      const url = (await page.getByRole('link', { name: 'Open company' }).getAttribute('href')) ?? '';
      await new Browser().visit(url);
      await page.getByText('Signed in “team” as ann@example.com').last().waitFor();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    };
    await signIn();
    await page.getByRole('button', { name: 'Close this message' }).first().click();
    await page.getByRole('button', { name: 'What to do with team' }).click();
    await page
      .locator('#account-menu')
      .getByRole('button', { name: /^Sign in again/ })
      .click();
    await page.getByText('stays in use until the new one is done').waitFor();
    expect(await labelOf(stage)).toBe('ann@example.com');
    await signIn();
  });

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong in its dialogs: ${name}`, async () => {
      const { stage } = await atCompany();
      const page = await stage.open(look);
      await added(page);
      expect(await violations(page)).toEqual([]);
      for (const [way, mark] of [
        ['In this browser', 'Open company'],
        ['On a phone or another machine', 'and enter the code'],
        ['With a code to paste', 'The code, or the whole address'],
      ] as const) {
        await page.getByRole('button', { name: way }).click();
        await page.getByText(mark).waitFor();
        expect([way, await violations(page)]).toEqual([way, []]);
        await page.getByRole('button', { name: 'Give it up' }).click();
        await page.getByRole('button', { name: 'In this browser' }).waitFor();
      }
    });
  }
});
