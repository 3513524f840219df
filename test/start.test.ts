import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

// What an idle proxy has loaded stays in its memory: docs/decisions/0091-what-an-idle-proxy-loads.md.

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
const serve = loadedBy(['cli/main.ts', 'cli/program.ts', 'cli/serve.ts']);
const worker = loadedBy(['database/worker.ts']);

test('a start loads these libraries and no other: one that is needed now and then is imported then', () => {
  const libraries = [...serve.modules].filter((name) => !/^(node|bun):/.test(name));
  expect(libraries.toSorted()).toEqual(['commander', 'jose', 'kysely', 'oauth4webapi', 'smol-toml', 'zod']);
});

test('a start loads none of the heavy parts of the runtime', () => {
  const heavy = ['http', 'http2', 'https', 'tls', 'zlib', 'worker_threads', 'readline', 'dgram', 'inspector'];
  expect(heavy.filter((name) => serve.modules.has(`node:${name}`))).toEqual([]);
});

test('the worker of the database loads what it needs for one file, and no library', () => {
  expect([...worker.modules].toSorted()).toEqual(['bun:sqlite', 'node:fs', 'node:path']);
  expect([...worker.files].filter((file) => !file.startsWith('database/'))).toEqual([]);
});

test('health, status, control, the simulator and other commands are not part of a start', () => {
  for (const file of ['admin/app.ts', 'admin/local.ts', 'admin/remote.ts', 'admin/control.ts', 'cli/demo.ts'])
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
    /^(?:export )?const \w+ = z\b/m.test(readFileSync(join('src', file), 'utf8')),
  );
  expect(eager).toEqual([]);
});
