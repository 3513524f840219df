import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeFile } from '../help/a-built-file.ts';
import { benches } from '../help/a-command.ts';

/** What lies in the folder where somebody happens to start the program must mean nothing to it. */

const bench = benches();
const { words } = nativeFile();

test('a bunfig.toml in the current folder runs no code, also not for commands that start the program again', async () => {
  const here = bench(words);
  const marker = join(here.folder, 'was-run');
  const code = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`;
  writeFileSync(join(here.folder, 'preloaded.js'), code);
  writeFileSync(join(here.folder, 'bunfig.toml'), 'preload = ["./preloaded.js"]\n[run]\nshell = "bun"\n');
  expect((await here.run(['--version'])).code).toBe(0);
  expect((await here.run(['auth', 'list'])).code).toBe(0);
  const proxy = await here.start(['serve', '--port', '0', '--no-open']);
  expect((await fetch(`${proxy.url}/accounts`)).status).toBe(200);
  await proxy.stop();
  expect(() => readFileSync(marker)).toThrow('ENOENT');
});

test('an .env in the current folder sets no variable', async () => {
  const here = bench(words);
  for (const name of ['.env', '.env.local', '.env.production', '.env.development'])
    writeFileSync(join(here.folder, name), `CCPROXY_PORT=4711\nCCPROXY_HOME=${here.folder}/elsewhere\n`);
  const { out } = await here.run(['config', 'show', 'server.port', '--json']);
  expect(JSON.parse(out)).toMatchObject([{ value: 8000, source: 'default' }]);
  expect((await here.run(['config', 'path'])).out).toBe(`${here.home}/config.toml\n`);
});

test('neither do tsconfig.json, package.json or node_modules there', async () => {
  const here = bench(words);
  const package_ = join(here.folder, 'node_modules', 'commander');
  mkdirSync(package_, { recursive: true });
  writeFileSync(join(package_, 'package.json'), '{"name":"commander","main":"index.js"}');
  writeFileSync(join(package_, 'index.js'), 'throw new Error("the wrong one")');
  writeFileSync(join(here.folder, 'tsconfig.json'), '{"compilerOptions":{"jsxImportSource":"nobody"}}');
  writeFileSync(join(here.folder, 'package.json'), '{"type":"commonjs","imports":{"#x":"./x.js"}}');
  expect(await here.run(['auth', 'list'])).toMatchObject({
    code: 0,
    err: expect.not.stringContaining('wrong'),
  });
  const proxy = await here.start(['serve', '--port', '0', '--no-open']);
  expect((await fetch(`${proxy.url}/accounts`)).status).toBe(200);
  await proxy.stop();
});
