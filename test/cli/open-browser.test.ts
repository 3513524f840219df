import { expect, test } from 'bun:test';
import { browserCommand, openBrowser } from '../../src/cli/open-browser.ts';

test('the browser of the system is opened, or the program of BROWSER', () => {
  expect(browserCommand({}, 'darwin')).toEqual(['open']);
  expect(browserCommand({}, 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler']);
  expect(browserCommand({}, 'linux')).toEqual(['xdg-open']);
  expect(browserCommand({ BROWSER: '/opt/helper.sh' }, 'linux')).toEqual(['/opt/helper.sh']);
  expect(browserCommand({ BROWSER: 'C:\\browser.exe' }, 'win32')).toEqual(['C:\\browser.exe']);
});

test('a BROWSER that is a list or a command line is left to who understands it', () => {
  for (const BROWSER of ['firefox:lynx', 'firefox %s', 'lynx -dump'])
    expect(browserCommand({ BROWSER }, 'linux')).toEqual(['xdg-open']);
});

test('nothing but an address of the web is opened', async () => {
  for (const url of ['file:///etc/passwd', 'javascript:1', 'calc', '--help'])
    expect(await openBrowser(url, { BROWSER: 'true' })).toBe(false);
});

test('a browser that is not there is no failure', async () => {
  expect(await openBrowser('http://127.0.0.1:1', { BROWSER: '/no/such/browser' }, 'linux')).toBe(false);
});
