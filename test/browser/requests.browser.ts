import { describe, expect, it } from 'bun:test';
import { aBusyMonth } from '../help/a-busy-month.ts';
import { chromiumPath, held, looks, picture, stages, violations } from '../help/a-page.ts';
import { aBusyMorning, busyKeys } from '../help/a-scene.ts';

describe.skipIf(chromiumPath === undefined)('the page of the requests', () => {
  const aStage = stages();

  for (const [name, look] of looks) {
    it(`shows requests and one of them, has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
      await aBusyMorning(stage);
      const page = await stage.open({ path: '/requests', ...look });
      const fits = async (): Promise<void> => {
        expect(await violations(page)).toEqual([]);
        const over = 'document.documentElement.scrollWidth - innerWidth';
        expect(await page.evaluate<number>(over)).toBeLessThanOrEqual(0);
      };
      await page.locator('#calls .call').nth(50).waitFor({ state: 'attached' });
      await fits();
      await picture(page, `requests-${name}`);
      await page
        .locator('.call', { has: page.getByText('moved', { exact: true }) })
        .first()
        .click();
      await page.getByRole('heading', { name: 'What happened when' }).waitFor();
      await fits();
      await picture(page, `request-${name}`, name !== 'phone');
    });
  }

  it('shows what runs, and what has ended, while fifty stream', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }] });
    const page = await stage.open({ path: '/requests' });
    await page.getByText('No request yet').waitFor();
    const running = page.getByRole('list', { name: 'Requests that run now' }).getByRole('listitem');
    const ended = page.getByRole('list', { name: 'Requests, the newest first' }).getByRole('listitem');
    const stop = await stage.streams(50);
    await running.nth(49).waitFor();
    expect(await running.count()).toBe(50);
    await running.getByText('streaming').first().waitFor();
    expect(await violations(page)).toEqual([]);
    for (const count of [1, 2, 3, 4]) {
      expect(await stage.call(`hello ${count}`)).toBe(200);
      await ended.nth(count - 1).waitFor();
      expect(await ended.count()).toBe(count);
    }
    await picture(page, 'requests-running');
    await ended.first().getByText('end turn').waitFor();
    stop();
    await ended.nth(53).waitFor();
    await running.first().waitFor({ state: 'detached' });
    expect(await ended.count()).toBe(54);
    expect(await ended.getByText('client left').count()).toBe(50);
  });

  it('tells of a failover: who was tried, why it moved, what it cost, and which agents its session has', async () => {
    const stage = await aStage({
      keys: [
        { name: 'work', key: 'sk-ant-api03-work', requestsPerMinute: 1 },
        { name: 'team', key: 'sk-ant-api03-team' },
      ],
    });
    const session = { 'x-claude-code-session-id': '0b9c1f6e-0000-4000-8000-000000000001' };
    const agent = { 'x-claude-code-agent-id': 'explorer-1', 'x-claude-code-parent-agent-id': 'main' };
    expect(await stage.call('one', session)).toBe(200);
    expect(await stage.call('two', { ...session, ...agent })).toBe(200);
    const page = await stage.open({ path: '/requests?troubled=yes' });
    // It is written down a moment after it ended.
    await page.locator('#calls .call').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What happened when' }).waitFor();
    const lanes = page.locator('.timeline .lane');
    expect(await lanes.locator('.lane-name').allTextContents()).toEqual(['work', 'team', 'Answer']);
    const first = lanes.nth(0);
    await first.getByText('429 rate_limit_error; it rests until its limit is over, said by').waitFor();
    await first.getByText(/^anthropic-ratelimit-requests-reset: |^retry-after: /).waitFor();
    await lanes.nth(1).getByText('answered 200').waitFor();
    await page.getByText('left work (').waitFor();
    await page.getByText('another could not serve').waitFor();
    const tree = page.locator('.agent-tree');
    await tree.getByText('main conversation').waitFor();
    await tree.locator('li[aria-current]', { hasText: 'explorer-1' }).last().waitFor();
    await page.getByRole('link', { name: session['x-claude-code-session-id'] }).click();
    await page.locator('#calls .call').nth(1).waitFor();
    expect(await page.locator('#calls .call').count()).toBe(2);
  });

  it('shows that a body went on as it came, for what passes while somebody watches', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }] });
    expect(await stage.call('nobody watches')).toBe(200);
    const page = await stage.open({ path: '/requests' });
    const rows = page.locator('#calls .call');
    await rows.first().click();
    await page.getByText('was not compared: nobody had Requests open as an admin').waitFor();
    expect(await violations(page)).toEqual([]);
    // The page of one request watches as well; the server knows of it when it has said hello.
    const hello = page.waitForResponse(/\/api\/events\?watch=requests/);
    await page.keyboard.press('b');
    await hello;
    await rows.first().waitFor();
    expect(await stage.call('somebody watches')).toBe(200);
    await rows.nth(1).waitFor();
    await rows.first().click();
    const digests = page.locator('.digests');
    await digests.getByText('same bytes').waitFor();
    const [came, went] = await digests.locator('code').allTextContents();
    expect(came).toMatch(/^[\da-f]{12}$/);
    expect(went).toBe(came);
    expect(await violations(page)).toEqual([]);
  });

  it('finds requests by words, names and endings, keeps them in the address, and says when there is none', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/requests' });
    const rows = page.locator('#calls .call');
    await page.keyboard.press('/');
    await page.keyboard.type('OVERLOADED');
    await page
      .locator('#calls .call:not(:has-text("529 overloaded"))')
      .first()
      .waitFor({ state: 'detached' });
    expect(await rows.count()).toBeGreaterThan(3);
    await page.getByLabel('Client').selectOption('ann');
    await page.locator('#calls .call:not(:has-text("ann"))').first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?q=OVERLOADED&client=key_ann');
    const count = await rows.count();
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    expect(await rows.count()).toBe(count);
    // What comes meanwhile and does not fit stays away.
    expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
    await page.getByLabel('Ended').selectOption('Broken off');
    await page.getByRole('heading', { name: 'No such request' }).waitFor();
    await page.getByRole('link', { name: 'Show all requests' }).click();
    await rows.nth(99).waitFor();
    await page.getByLabel('Moved or failed').check();
    await page
      .locator('#calls .call:has-text("end turn"):not(:has-text("moved"))')
      .first()
      .waitFor({ state: 'detached' });
    expect(await page.locator('#calls .call:has-text("moved")').count()).toBeGreaterThan(3);
  });

  it('puts nothing into a list that was asked for another filter, and loses nothing by that', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/requests?ended=complete' });
    const rows = page.locator('#calls .call');
    await rows.nth(99).waitFor();
    const late = await held(page, '**/requests/news?*', 'id="call-');
    expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
    await late.isHeld;
    await page.getByLabel('Ended').selectOption('Broken off');
    await page.locator('#calls .call:has-text("end turn")').first().waitFor({ state: 'detached' });
    const ids = (): Promise<string[]> =>
      page.evaluate<string[]>("[...document.querySelectorAll('#calls .call')].map((row) => row.id)");
    const before = await ids();
    const asked = page.waitForResponse(/\/requests\/news\?ended=cut/);
    late.letGo();
    await (await asked).finished();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))');
    expect(await ids()).toEqual(before);
    await page.getByLabel('Ended').selectOption('Complete');
    await rows.nth(99).waitFor();
    await page.locator('#calls .call:first-child:has-text("work")').waitFor();
    expect(new Set(await ids()).size).toBe((await ids()).length);
  });

  it('shows each call once, whichever answer comes first', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }] });
    const page = await stage.open({ path: '/requests' });
    await page.getByText('No request yet').waitFor();
    const late = await held(page, '**/requests/news?*', 'id="call-');
    expect(await stage.call('one')).toBe(200);
    await late.isHeld;
    // What is told meanwhile waits, with the address of before.
    expect(await stage.call('two')).toBe(200);
    const marks = page.evaluate(
      "new Promise((resolve) => document.addEventListener('proxy:changed', resolve))",
    );
    expect(await stage.call('three')).toBe(200);
    await marks;
    late.letGo();
    const rows = page.locator('#calls .call');
    await rows.nth(2).waitFor();
    expect(await stage.call('four')).toBe(200);
    await rows.nth(3).waitFor();
    const ids = await page.evaluate<string[]>(
      "[...document.querySelectorAll('#calls .call')].map((row) => row.id)",
    );
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  it('goes back through the ledger and forth again, with the keyboard', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/requests' });
    const times = (): Promise<string[]> =>
      page.evaluate<string[]>("[...document.querySelectorAll('#calls time')].map((one) => one.dateTime)");
    const newest = await times();
    await page.keyboard.press('o');
    await page.getByRole('link', { name: 'Newest' }).waitFor();
    const older = await times();
    expect(older).toHaveLength(100);
    expect(older[0]! <= newest.at(-1)!).toBe(true);
    expect(await page.locator('#news').count()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.evaluate<string>('document.activeElement.dataset.row')).toMatch(/^\d+$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What happened when' }).waitFor();
    await page.keyboard.press('b');
    await page.getByRole('heading', { name: 'Requests' }).waitFor();
  });

  it('says that nothing is written down where the ledger is off', async () => {
    const stage = await aStage({ config: '[ledger]\nenabled = false\n' });
    for (const path of ['/requests', '/usage']) {
      const page = await stage.open({ path });
      await page.getByText('Nothing is written down: the ledger is switched off').waitFor();
      expect(await violations(page)).toEqual([]);
    }
  });

  it('shows what was said where somebody keeps it, as text', async () => {
    const stage = await aStage({
      keys: [{ name: 'work', key: 'sk-ant-api03-work' }],
      config: '[capture]\nenabled = true\n',
    });
    expect(
      await stage.call('<img src=x onerror="document.title = 1"> [[say:</pre><script>alert(1)</script>]]'),
    ).toBe(200);
    const page = await stage.open({ path: '/requests' });
    await page.locator('#calls .call').first().click();
    await page.getByRole('link', { name: 'What was said' }).click();
    const request = page.getByLabel('Body of the request');
    expect(await request.innerText()).toContain('<img src=x onerror=');
    expect(await page.getByLabel('Body of the answer').innerText()).toContain(
      '</pre><script>alert(1)</script>',
    );
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });
});
