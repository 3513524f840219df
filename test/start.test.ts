import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { temporaryFolders } from './help/a-folder.ts';

// What an idle proxy has loaded stays in its memory: docs/decisions/0091-what-an-idle-proxy-loads.md.

const folder = temporaryFolders();

const transpilers = { ts: new Bun.Transpiler({ loader: 'ts' }), tsx: new Bun.Transpiler({ loader: 'tsx' }) };

/** Files of src and modules of others that are evaluated when `entries` are; types and `import()` load nothing. */
function loadedBy(entries: readonly string[]): { files: Set<string>; modules: Set<string> } {
  const files = new Set<string>();
  const modules = new Set<string>();
  const look = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(join('src', file), 'utf8');
    for (const { path, kind } of transpilers[file.endsWith('x') ? 'tsx' : 'ts'].scanImports(text)) {
      if (kind !== 'import-statement') continue;
      if (!path.startsWith('.')) modules.add(path);
      else if (path.endsWith('.ts') || path.endsWith('.tsx')) look(normalize(join(dirname(file), path)));
    }
  };
  entries.forEach(look);
  return { files, modules };
}

/** What is imported on the way to "listening". */
const serve = loadedBy(['cli/main.ts', 'cli/serve-words.ts', 'cli/only-serve.ts']);
const worker = loadedBy(['database/worker.ts']);

test('a start loads these libraries and no other: one that is needed now and then is imported then', () => {
  const libraries = [...serve.modules].filter((name) => !/^(node|bun):/.test(name));
  expect(libraries.toSorted()).toEqual(['jose', 'kysely', 'oauth4webapi', 'smol-toml']);
});

test('a start loads none of the heavy parts of the runtime', () => {
  const parts = [...serve.modules].filter((name) => /^(node|bun):/.test(name));
  // Each of the others (crypto, net, util, child_process, stream, …) brings the runtime's library of streams along.
  expect(parts.toSorted()).toEqual(['node:buffer', 'node:fs', 'node:fs/promises', 'node:os', 'node:path']);
});

test('a start does not touch the streams of the process before it knows that a terminal is there', () => {
  const touching = [...serve.files].filter((file) =>
    /process\.(?:stdout|stderr)\b/.test(readFileSync(join('src', file), 'utf8')),
  );
  expect(touching).toEqual(['cli/outputs.ts']);
});

test('a start of the usual settings, with accounts of the usual kind, makes no schema: zod is not loaded', () => {
  // Run as the binary runs it: what has been loaded by others in this process would be taken for its own.
  const program = `
    import { loadSettings } from './src/config/load.ts';
    import { fromRow, toRow } from './src/accounts/account-row.ts';
    import { fromStored, toStored } from './src/accounts/stored-tokens.ts';
    import { fromRow as keyFrom, toRow as keyTo } from './src/access/key-row.ts';
    import { standsAt, writeRunFile } from './src/admin/run-file.ts';
    import { Secret } from './src/base/secret.ts';
    import { anAccount } from './test/help/an-account.ts';
    const places = { config: './nowhere.toml', isConfigNamed: false, userHome: '/' };
    const flags = { 'server.port': '0', 'server.host': '0.0.0.0', 'log.level': 'debug' };
    await loadSettings({ places, env: { CCPROXY_VAULT_BACKEND: 'key-file', CCPROXY_PORT: '1' }, flags });
    fromRow(toRow(anAccount('a', { sendAs: 'x-api-key' })));
    fromRow(toRow(anAccount('b', { kind: 'oauth', provider: 'company' })));
    fromStored(toStored({ access: new Secret('a'), refresh: new Secret('b'), expiresAt: 1 }));
    keyFrom(keyTo({ id: 'key_1', name: 'k', owner: '', hint: 'x', createdAt: 0 }, '00'));
    const path = process.env.RUN_FILE;
    const running = { pid: 1, url: '', controlUrl: '', controlToken: new Secret('t'), startedAt: 1, version: '1' };
    await writeRunFile(path, running);
    if (!(await standsAt(path, running))) throw new Error('It does not stand there.');
    const loaded = Object.keys(require.cache).filter((name) => name.includes('/node_modules/zod/'));
    console.log(JSON.stringify(loaded));
  `;
  const env = { ...process.env, RUN_FILE: join(folder(), 'run.json') };
  const { stdout, stderr } = Bun.spawnSync([process.execPath, '-e', program], { env });
  expect([stdout.toString(), stderr.toString()]).toEqual(['[]\n', '']);
});

test('the worker of the database loads what it needs for one file, and no library', () => {
  expect([...worker.modules].toSorted()).toEqual(['bun:sqlite', 'node:fs', 'node:path']);
  expect([...worker.files].filter((file) => !file.startsWith('database/'))).toEqual([]);
});

test('health, status, control, the simulator and other commands are not part of a start', () => {
  for (const file of [
    'cli/program.ts',
    'admin/app.ts',
    'admin/local.ts',
    'admin/remote.ts',
    'admin/control.ts',
    'cli/demo.ts',
  ])
    expect(serve.files).not.toContain(file);
  expect([...serve.files].filter((file) => /^(?:simulator|what-if)\//.test(file))).toEqual([]);
});

test('keeping prompts and answers is no part of a start, nor of a call while it is off', () => {
  expect([...serve.files].filter((file) => file.startsWith('usage/capture/'))).toEqual([]);
  expect(serve.files).toContain('server/capture.ts');
});

test('what OpenAI says in other words is no part of a start: its first call loads it', () => {
  expect([...serve.files].filter((file) => file.startsWith('openai/'))).toEqual([]);
  expect(serve.files).toContain('proxy/serve-openai.ts');
});

test('a file that a start loads makes no schema before something is read with it', () => {
  // The settings are read at every start.
  const others = [...serve.files].filter((file) => !file.startsWith('config/'));
  const eager = others.filter((file) =>
    /^(?:export )?const \w+ = (?:z\b|zod\()/m.test(readFileSync(join('src', file), 'utf8')),
  );
  expect(eager).toEqual([]);
});
