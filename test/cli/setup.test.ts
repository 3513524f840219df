import { expect, test } from 'bun:test';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Bench, benches, parsed } from '../help/a-command.ts';

const bench = benches();

/** A settings file as a person wrote it: odd layout, a secret, unknown content. */
const original = `{
\t"model":   "opus",
\t"env": { "FOO": "1",
\t\t"ANTHROPIC_API_KEY": "sk-ant-api03-planted-own", "BAR": "\\u00fc" },
\t"permissions": {"allow": ["Bash(ls:*)"]},
\t"apiKeyHelper": "/usr/bin/my-helper"
}`;

function withSettings(text: string | undefined): { made: Bench; file: string } {
  const made = bench();
  const file = join(made.env['HOME'] ?? '', '.claude', 'settings.json');
  if (text !== undefined) {
    mkdirSync(dirname(file));
    writeFileSync(file, text);
  }
  return { made, file };
}

const read = (file: string): string => readFileSync(file, 'utf8');

test('the settings file comes back byte for byte', async () => {
  const { made, file } = withSettings(original);
  expect((await made.run(['setup', 'claude'])).code).toBe(0);
  expect(read(file)).not.toBe(original);
  expect((await made.run(['setup', 'claude', '--undo'])).code).toBe(0);
  expect(read(file)).toBe(original);
  expect(readdirSync(dirname(file))).toEqual(['settings.json']);
});

test('everything else in it stays, its layout too, and a copy stands beside it', async () => {
  const { made, file } = withSettings(original);
  await made.run(['setup', 'claude']);
  const text = read(file);
  expect(text).toContain('\t"model":   "opus",\n');
  expect(text).toContain('"BAR": "\\u00fc"');
  const settings = parsed<{ env: Record<string, string>; apiKeyHelper: string }>(text);
  expect(settings.env).toMatchObject({
    FOO: '1',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:8000',
    ANTHROPIC_AUTH_TOKEN: 'no-key-needed',
    ENABLE_TOOL_SEARCH: 'true',
  });
  expect(settings.env['ANTHROPIC_API_KEY']).toBeUndefined();
  expect(settings.apiKeyHelper).toBe('/usr/bin/my-helper');
  expect(read(`${file}.before-claude-code-proxy`)).toBe(original);
});

test('with client keys on, a helper command gives the key and no key stands in the file', async () => {
  const { made, file } = withSettings(original);
  await made.run(['auth', 'add', 'mine', '--kind', 'passthrough']);
  await made.run(['keys', 'create', 'laptop']);
  await made.start(['serve', '--port', '0']);
  await made.run(['setup', 'claude']);
  const settings = parsed<{ env: Record<string, string>; apiKeyHelper: string }>(read(file));
  expect(settings.env['ANTHROPIC_AUTH_TOKEN']).toBeUndefined();
  expect(settings.env['ANTHROPIC_API_KEY']).toBeUndefined();
  expect(settings.apiKeyHelper).toContain('key-helper');
  expect(read(file)).not.toMatch(/ccp-[A-Za-z0-9]{20}/);
  // Claude Code gives the command to a shell, in an environment of its own.
  const helped = Bun.spawnSync(
    process.platform === 'win32'
      ? ['cmd.exe', '/c', settings.apiKeyHelper]
      : ['/bin/sh', '-c', settings.apiKeyHelper],
    { env: { PATH: made.env['PATH'] ?? '' } },
  );
  expect(helped.stdout.toString()).toMatch(/^ccp-[A-Za-z0-9]{43}\n$/);
  await made.run(['setup', 'claude', '--undo']);
  expect(read(file)).toBe(original);
});

test('a second time changes nothing, and the copy stays that of the first', async () => {
  const { made, file } = withSettings(original);
  await made.run(['setup', 'claude']);
  const once = read(file);
  const { out } = await made.run(['setup', 'claude', '--json']);
  expect(JSON.parse(out)).toMatchObject({ written: false });
  expect(read(file)).toBe(once);
  expect(read(`${file}.before-claude-code-proxy`)).toBe(original);
});

test('another address is written over the first, and undo still gives the original', async () => {
  const { made, file } = withSettings(original);
  await made.run(['setup', 'claude']);
  await made.run(['setup', 'claude'], { env: { CCPROXY_PORT: '9001' } });
  expect(read(file)).toContain('http://127.0.0.1:9001');
  await made.run(['setup', 'claude', '--undo']);
  expect(read(file)).toBe(original);
});

test('what was changed since stays when ours is taken out', async () => {
  const { made, file } = withSettings(original);
  await made.run(['setup', 'claude']);
  const changed = read(file)
    .replace('"opus"', '"sonnet"')
    .replace('"ENABLE_TOOL_SEARCH": "true"', '"ENABLE_TOOL_SEARCH": "false"');
  writeFileSync(file, changed);
  const { out, err } = await made.run(['setup', 'claude', '--undo']);
  expect(out).toContain('without the entries of the proxy');
  expect(err).toContain('all other changes stay');
  const settings = parsed<{ model: string; env: Record<string, string> }>(read(file));
  expect(settings.model).toBe('sonnet');
  // Theirs now: they wrote another value.
  expect(settings.env['ENABLE_TOOL_SEARCH']).toBe('false');
  expect(settings.env['ANTHROPIC_BASE_URL']).toBeUndefined();
  expect(settings.env['ANTHROPIC_AUTH_TOKEN']).toBeUndefined();
  expect(settings.env['ANTHROPIC_API_KEY']).toBe('sk-ant-api03-planted-own');
  expect(settings.env['FOO']).toBe('1');
});

test('a dry run changes nothing', async () => {
  const { made, file } = withSettings(original);
  const { out } = await made.run(['setup', 'claude', '--dry-run']);
  expect(out).toContain('would change');
  expect(out).toContain('- env.ANTHROPIC_API_KEY');
  expect(out).not.toContain('planted-own');
  expect(read(file)).toBe(original);
  expect(readdirSync(dirname(file))).toEqual(['settings.json']);
});

test('a file that is no JSON is left alone, with the reason', async () => {
  const { made, file } = withSettings('{ "model": "opus", // mine\n}');
  const { code, err } = await made.run(['setup', 'claude']);
  expect(err).toContain('error [claude-settings-invalid]');
  expect(code).toBe(3);
  expect(read(file)).toBe('{ "model": "opus", // mine\n}');
});

test('an empty file and a byte order mark are no obstacle', async () => {
  const empty = withSettings('\n');
  await empty.made.run(['setup', 'claude']);
  expect(JSON.parse(read(empty.file))).toHaveProperty('env');
  await empty.made.run(['setup', 'claude', '--undo']);
  expect(read(empty.file)).toBe('\n');
  const marked = withSettings('\uFEFF{"model": "opus"}');
  await marked.made.run(['setup', 'claude']);
  expect(read(marked.file)).toStartWith('\uFEFF{');
  await marked.made.run(['setup', 'claude', '--undo']);
  expect(read(marked.file)).toBe('\uFEFF{"model": "opus"}');
});

test('CLAUDE_CONFIG_DIR says where the file is', async () => {
  const { made } = withSettings(undefined);
  const folder = join(made.folder, 'claude config');
  await made.run(['setup', 'claude'], { env: { CLAUDE_CONFIG_DIR: folder } });
  expect(read(join(folder, 'settings.json'))).toContain('ANTHROPIC_BASE_URL');
});

test('a time limit of the user is theirs', async () => {
  const { made, file } = withSettings('{"env": {"API_TIMEOUT_MS": "5"}}');
  await made.run(['setup', 'claude']);
  expect(read(file)).toContain('"API_TIMEOUT_MS": "5"');
});

test('pass-through writes no token and keeps credentials', async () => {
  const { made, file } = withSettings(original);
  await made.run(['setup', 'claude', '--passthrough']);
  const { env } = parsed<{ env: Record<string, string> }>(read(file));
  expect(env['ANTHROPIC_AUTH_TOKEN']).toBeUndefined();
  expect(env['ANTHROPIC_API_KEY']).toBe('sk-ant-api03-planted-own');
});

if (process.platform !== 'win32') {
  test('a link stays a link, and the file keeps its mode', async () => {
    const { made, file } = withSettings(undefined);
    const real = join(made.folder, 'dotfiles.json');
    writeFileSync(real, original);
    chmodSync(real, 0o644);
    mkdirSync(dirname(file));
    symlinkSync(real, file);
    await made.run(['setup', 'claude']);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o644);
    expect(read(real)).toContain('ANTHROPIC_BASE_URL');
    expect(statSync(`${dirname(real)}/settings.json.before-claude-code-proxy`).mode & 0o777).toBe(0o600);
    await made.run(['setup', 'claude', '--undo']);
    expect(read(real)).toBe(original);
  });
}

test('no secret of the file comes into the home of the proxy', async () => {
  const { made } = withSettings(original);
  await made.run(['setup', 'claude']);
  for (const name of readdirSync(made.home)) {
    const path = join(made.home, name);
    if (statSync(path).isFile()) expect(readFileSync(path, 'latin1')).not.toContain('planted-own');
  }
});
