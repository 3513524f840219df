import { describe, expect, it } from 'bun:test';
import { aBusyMonth } from '../help/a-busy-month.ts';
import { chromiumPath, looks, picture, stages, violations } from '../help/a-page.ts';
import { aBusyMorning, busyKeys } from '../help/a-scene.ts';

const keys = [
  { name: 'work', key: 'sk-ant-api03-work' },
  { name: 'team', key: 'sk-ant-api03-team' },
];

const paths = ['/accounts', '/usage', '/requests', '/keys', '/people', '/changes', '/settings', '/doctor'];

/** What moves for longer than an eye sees, or for ever, from now on: looked at with every frame. */
const noteMotion = `globalThis.moved = new Set();
  const look = () => {
    for (const one of document.getAnimations()) {
      const { duration, iterations } = one.effect.getComputedTiming();
      if (duration > 1 || iterations === Infinity) moved.add(one.animationName ?? 'transition');
    }
    requestAnimationFrame(look);
  };
  look()`;

/** From now on, and from before, it is added up how much of the page moved by itself. */
const noteShifts = `globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value;
  }).observe({ type: 'layout-shift', buffered: true })`;

describe.skipIf(chromiumPath === undefined)('every page', () => {
  const aStage = stages();

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ keys: busyKeys });
      await aBusyMorning(stage);
      for (const path of paths) {
        const page = await stage.open({ path, ...look });
        expect([path, await violations(page)]).toEqual([path, []]);
        expect(
          await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
        ).toBeLessThanOrEqual(0);
        if (path === '/accounts') await picture(page, `accounts-${name}`);
      }
    });
  }

  for (const [name, look] of looks) {
    it(`has nothing that axe finds wrong in what opens: ${name}`, async () => {
      const stage = await aStage({ keys: busyKeys });
      await aBusyMorning(stage);
      const page = await stage.open(look);
      const menu = page.getByRole('button', { name: 'What to do with old' });
      await menu.click();
      await page.getByRole('button', { name: /^Details/ }).waitFor();
      expect(await violations(page)).toEqual([]);
      await picture(page, `menu-${name}`);
      await page.keyboard.press('Escape');
      for (const path of ['add', 'add?kind=oauth', 'export', 'import']) {
        await page.evaluate(
          `htmx.ajax('GET', '/accounts/${path}', { target: '#dialog', swap: 'innerHTML' })`,
        );
        await page.getByRole('dialog').waitFor();
        expect([path, await violations(page)]).toEqual([path, []]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
      await page.getByRole('button', { name: 'Give it a new key' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await picture(page, `shortcuts-${name}`);
    });
  }

  it('moves nothing for whoever asked for less motion, and something for everybody else', async () => {
    const stage = await aStage({ keys });
    for (const [reducedMotion, moves] of [
      ['no-preference', 'pulse rise transition'],
      ['reduce', ''],
    ] as const) {
      const page = await stage.open({ reducedMotion });
      await page.evaluate(noteMotion);
      await page.keyboard.press('n');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).hover();
      await page.getByRole('button', { name: 'What to do with work' }).click();
      await page.getByRole('button', { name: /^Details/ }).waitFor();
      const seen = await page.evaluate<string[]>('[...moved]');
      expect([reducedMotion, seen.toSorted().join(' ')]).toEqual([reducedMotion, moves]);
    }
  });

  it('uses a screen of 3840 by 2160: letters to be read from there, nothing cut off, and more of it than of a small one', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    await aBusyMorning(stage);
    // What is wider inside than out, and does not scroll, is cut off.
    const cut = `[...document.querySelectorAll('main :is(p, span, a, button, h1, h2, h3, dt, dd, label, td, th)')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'hidden'
        && one.closest('.unseen') === null && !one.matches('.unseen'))
      .map((one) => one.className + ': ' + one.textContent)`;
    for (const path of paths) {
      const page = await stage.open({ path, viewport: { width: 3840, height: 2160 } });
      expect([path, await violations(page)]).toEqual([path, []]);
      const measured = await page.evaluate<{ over: number; main: number; letters: number }>(`({
        over: document.documentElement.scrollWidth - innerWidth,
        main: document.querySelector('main').clientWidth,
        letters: Number.parseFloat(getComputedStyle(document.body).fontSize),
      })`);
      expect(measured.over).toBeLessThanOrEqual(0);
      expect(measured.main).toBeGreaterThan(2_200);
      expect(measured.letters).toBeGreaterThan(20);
      expect([path, await page.evaluate<string[]>(cut)]).toEqual([path, []]);
      if (path === '/accounts') await picture(page, 'accounts-wide');
    }
  });

  it('does not jump while it is loaded and while requests come', async () => {
    const stage = await aStage({ keys: busyKeys });
    await aBusyMorning(stage);
    for (const path of paths) {
      const page = await stage.open({ path });
      await page.evaluate(noteShifts);
      // A list that shows what comes moves on with each of it.
      if (path !== '/requests') {
        const told = page.evaluate("new Promise((tell) => document.addEventListener('proxy:changed', tell))");
        expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
        await told;
      }
      await page.locator('#checks[aria-busy]').waitFor({ state: 'detached' });
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))');
      // Beyond 0.1 a page is called restless (Core Web Vitals, Cumulative Layout Shift).
      expect([path, (await page.evaluate<number>('shifted')) < 0.02]).toEqual([path, true]);
    }
  });

  it('has nothing that axe finds wrong where there is no account', async () => {
    const stage = await aStage();
    const page = await stage.open();
    expect(await violations(page)).toEqual([]);
  });

  it('says that the proxy is gone, that it is back, and shows what is true then', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    await page.getByRole('listitem', { name: 'work' }).waitFor();
    await stage.proxy!.stop();
    await page.getByText('Connection lost, trying again').waitFor();
    await stage.bench.run(['auth', 'rename', 'work', 'office']);
    await stage.start();
    await page.getByText('The proxy has restarted').waitFor();
    await page.getByRole('listitem', { name: 'office' }).waitFor();
    // What the page sends along with a change is of the new run.
    await page.getByRole('button', { name: 'What to do with office' }).click();
    await page
      .getByRole('button', { name: /^Switch off/ })
      .filter({ visible: true })
      .click();
    await page.getByRole('listitem', { name: 'office' }).getByText('Off', { exact: true }).waitFor();
  });

  it('stays in the colours that somebody chose', async () => {
    const stage = await aStage();
    const page = await stage.open({ colorScheme: 'light' });
    const ground = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await ground();
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
  });
});
