import { describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFirstStart, wasOpened, type Start } from '../../src/cli/open-page.ts';
import { placesOf } from '../../src/config/places.ts';
import { benches, until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { AtTerminal } from '../help/a-terminal.ts';

const bench = benches();
const folder = temporaryFolders();

const start = (more: Partial<Start>): Start => ({
  platform: 'darwin',
  typed: '/Users/ann/Downloads/claude-code-proxy',
  folder: '/Users/ann',
  userHome: '/Users/ann',
  env: { TERM_PROGRAM: 'Apple_Terminal' },
  sharers: () => Promise.resolve(0),
  ...more,
});

test('Finder runs the whole path in the home folder; whoever types the name is somebody else', async () => {
  expect(await wasOpened(start({}))).toBe(true);
  expect(await wasOpened(start({ typed: 'claude-code-proxy' }))).toBe(false);
  expect(await wasOpened(start({ folder: '/Users/ann/project' }))).toBe(false);
  expect(await wasOpened(start({ env: {} }))).toBe(false);
  expect(await wasOpened(start({ platform: 'linux' }))).toBe(false);
});

test('Explorer gives a console that nobody else uses; a shell would be in it too', async () => {
  const alone = start({ platform: 'win32', sharers: () => Promise.resolve(1) });
  expect(await wasOpened(alone)).toBe(true);
  expect(await wasOpened({ ...alone, sharers: () => Promise.resolve(2) })).toBe(false);
});

test.each(['proxy.db', 'logs', 'credentials.json'])('a start is no first one where there is %s', (name) => {
  const home = folder();
  const places = placesOf({ env: { CCPROXY_HOME: home }, userHome: home, workingFolder: home });
  writeFileSync(places.config, '');
  expect(isFirstStart(places)).toBe(true);
  writeFileSync(join(home, name), '');
  expect(isFirstStart(places)).toBe(false);
});

describe.skipIf(process.platform === 'win32')('at a terminal', () => {
  /** A browser that writes down which page it is to show. */
  function aBrowser(folder: string): { env: Record<string, string>; pages: () => string } {
    const [program, file] = [join(folder, 'browser'), join(folder, 'pages')];
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, '');
    writeFileSync(program, `#!/bin/sh\necho "$1" >>'${file}'\n`, { mode: 0o755 });
    return { env: { BROWSER: program }, pages: () => readFileSync(file, 'utf8') };
  }

  test('the first start opens the page, and the next one does not', async () => {
    const made = bench();
    const browser = aBrowser(join(made.folder, 'b'));
    const first = new AtTerminal(made, ['serve', '--port', '0'], browser.env);
    await first.sees('The page was opened');
    await until(() => browser.pages() !== '');
    expect(browser.pages()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    first.type('\u0003');
    expect(await first.ended()).toBe(0);

    const second = new AtTerminal(made, ['serve', '--port', '0'], browser.env);
    await second.sees('listening on');
    second.type('\u0003');
    expect(await second.ended()).toBe(0);
    expect(second.shown).not.toContain('The page was opened');
    expect(browser.pages().split('\n')).toHaveLength(2);
  });

  test('--no-open opens nothing', async () => {
    const made = bench();
    const browser = aBrowser(join(made.folder, 'b'));
    const only = new AtTerminal(made, ['serve', '--port', '0', '--no-open'], browser.env);
    await only.sees('listening on');
    only.type('\u0003');
    expect(await only.ended()).toBe(0);
    expect(browser.pages()).toBe('');
  });

  test.each([
    ['in CI', { CI: 'true', DISPLAY: ':0' }],
    ['over SSH', { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22', DISPLAY: ':0' }],
    ['without a screen', {}],
  ] as const)('%s nothing is opened', async (_, env) => {
    const made = bench();
    const browser = aBrowser(join(made.folder, 'b'));
    // Where xdg-open would be found, were it asked for.
    renameSync(browser.env['BROWSER'] ?? '', join(made.folder, 'b', 'xdg-open'));
    const PATH = `${join(made.folder, 'b')}:${made.env['PATH']}`;
    const only = new AtTerminal(made, ['serve', '--port', '0'], { ...env, PATH });
    await only.sees('listening on');
    only.type('\u0003');
    expect(await only.ended()).toBe(0);
    expect(only.shown).not.toContain('The page was opened');
    expect(browser.pages()).toBe('');
  });
});
