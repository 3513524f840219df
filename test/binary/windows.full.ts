import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { product } from '../../src/base/product.ts';
import { releaseFolder } from '../help/a-built-file.ts';
import { benches, parsed } from '../help/a-command.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { Wine } from '../help/a-wine.ts';

/** The binary for Windows in Debian's wine, as far as that carries: a real Windows has its turn in the workflow. */

const file = resolve(releaseFolder, `${product.binary}-windows-amd64.exe`);
const program = process.platform === 'linux' ? aSystemPart('wine64', 'wine64', ['/usr/lib/wine']) : undefined;
const isBuilt = existsSync(file);
if (!isBuilt) console.warn(`SKIPPED: ${file} is not there: make release-assets builds it`);

describe.skipIf(program === undefined || !isBuilt)('in wine', () => {
  let wine: Wine;
  beforeAll(() => {
    wine = new Wine(program ?? '');
  });
  const bench = benches();
  afterAll(() => {
    wine.close();
  });

  test('it says what it is', async () => {
    const { out, code } = await bench([program ?? '', file]).run(['--version', '--json'], { env: wine.env });
    expect(code).toBe(0);
    expect(parsed<unknown>(out)).toMatchObject({ target: 'windows-amd64', platform: 'win32-x64' });
  });

  test('it takes an account, serves health and page, and still has the account after a restart', async () => {
    const here = bench([program ?? '', file]);
    const env = { ...wine.env, CCPROXY_HOME: wine.path(join(here.folder, 'home')) };
    const added = ['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'];
    expect(await here.run(added, { input: 'sk-ant-api03-planted', env })).toMatchObject({ code: 0 });
    for (const time of ['first', 'second']) {
      const proxy = await here.start(['serve', '--port', '0', '--no-open'], { env });
      expect((await fetch(`${proxy.url}/health`)).status, time).toBe(200);
      expect(await (await fetch(`${proxy.url}/accounts`)).text()).toContain('work');
      expect((await here.run(['stop'], { env })).code).toBe(0);
      await proxy.ended;
    }
  });
});
