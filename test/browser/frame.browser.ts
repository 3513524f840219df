import { describe, expect, it } from 'bun:test';
import { chromiumPath, looks, picture, stages, violations } from '../help/a-page.ts';
import { aBusyMorning, busyKeys } from '../help/a-scene.ts';

const keys = [
  { name: 'work', key: 'sk-ant-api03-work' },
  { name: 'team', key: 'sk-ant-api03-team' },
];

const paths = ['/accounts', '/usage', '/requests', '/keys', '/settings', '/doctor'];

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
        await picture(page, `${path.slice(1)}-${name}`);
      }
    });
  }

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
