import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolders } from '../help/a-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const folder = temporaryFolders();
const curl = process.platform === 'linux' ? aSystemPart('curl', 'curl') : undefined;

/** Releases as a forge has them: of one repository there is one. */
const forge = Bun.serve({
  port: 0,
  fetch: ({ url }) =>
    new URL(url).pathname === '/somebody/with-releases/releases/latest/download/SIZES.md'
      ? new Response('| linux-amd64 | 100.00 MB | 95.00 MB | 5.00 MB | – | – | – |\n')
      : new Response('nothing here', { status: 404 }),
});
afterAll(() => forge.stop(true));

async function sizesBefore(repository: string, into: string): Promise<{ code: number; out: string }> {
  const child = Bun.spawn([join('scripts', 'release', 'sizes-before.sh'), into], {
    env: {
      PATH: process.env['PATH'],
      GITHUB_SERVER_URL: `http://127.0.0.1:${forge.port}`,
      GITHUB_REPOSITORY: repository,
    },
    stdout: 'pipe',
    stderr: 'ignore',
  });
  const out = await new Response(child.stdout).text();
  return { code: await child.exited, out };
}

describe.skipIf(curl === undefined)('the sizes of the release before', () => {
  test('are loaded where there is one', async () => {
    const into = join(folder(), 'before.md');
    expect((await sizesBefore('somebody/with-releases', into)).code).toBe(0);
    expect(readFileSync(into, 'utf8')).toContain('| linux-amd64 |');
  });

  test('are nothing where there is none, not even what lay there', async () => {
    const into = join(folder(), 'before.md');
    writeFileSync(into, 'older');
    const { code, out } = await sizesBefore('somebody/with-none', into);
    expect({ code, out }).toEqual({ code: 0, out: 'There is no release to compare sizes with.\n' });
    expect(existsSync(into)).toBe(false);
  });
});

test('the workflow compares with them', () => {
  const workflow = readFileSync('.github/workflows/release.yml', 'utf8');
  const file = /sizes-before\.sh (\S+)/.exec(workflow)?.[1] ?? 'nothing';
  expect(workflow).toContain(`run.mjs package --before ${file}\n`);
});
