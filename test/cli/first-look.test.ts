import { describe, expect, it } from 'bun:test';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, until, type Bench } from '../help/a-command.ts';
import { AtTerminal } from '../help/a-terminal.ts';

const bench = benches();

/** A browser that writes down what it was to open. */
function withBrowser(made: Bench): string {
  const opened = join(made.folder, 'opened');
  const browser = join(made.folder, 'browser');
  writeFileSync(browser, `#!/bin/sh\necho "$1" >>"${opened}"\n`);
  chmodSync(browser, 0o755);
  made.env['BROWSER'] = browser;
  return opened;
}

/** Starts `serve` at a terminal, and stops it once it has said all it says. */
async function served(
  made: Bench,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const serving = new AtTerminal(made, ['serve', '--port', '0', ...words], env);
  await serving.sees('listening on http');
  await until(() => existsSync(join(made.home, 'run.json')));
  // A stop by a command is answered after everything that the start does.
  await made.run(['stop']);
  expect(await serving.ended()).toBe(0);
  return serving.shown;
}

describe.skipIf(process.platform === 'win32')('the first start', () => {
  it('at a terminal with a desktop opens the page, and the next one does not', async () => {
    const made = bench();
    const opened = withBrowser(made);
    const shown = await served(made);
    expect(shown).toContain('--no-open leaves that out');
    await until(() => existsSync(opened));
    expect(readFileSync(opened, 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(await served(made)).not.toContain('--no-open');
    expect(readFileSync(opened, 'utf8').split('\n')).toHaveLength(2);
  });

  it('leaves the browser alone with --no-open, in CI, and without a terminal', async () => {
    for (const [words, env] of [
      [['--no-open'], {}],
      [[], { CI: 'true' }],
    ] as const) {
      const made = bench();
      const opened = withBrowser(made);
      await served(made, words, env);
      expect(existsSync(opened)).toBe(false);
    }
    const made = bench();
    const opened = withBrowser(made);
    const proxy = await made.start(['serve', '--port', '0']);
    await proxy.stop();
    expect(existsSync(opened)).toBe(false);
  });

  it('leaves it alone over SSH and without a screen', async () => {
    for (const env of [{ SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22', DISPLAY: ':0' }, {}]) {
      const made = bench();
      expect(await served(made, [], env)).not.toContain('--no-open');
    }
  });
});
