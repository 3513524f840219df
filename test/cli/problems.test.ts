import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { Glob } from 'bun';
import { Problem } from '../../src/base/problem.ts';
import { problems } from '../../src/cli/problem-table.ts';
import { asProblem, exitCodeOf, problem, tell } from '../../src/cli/problems.ts';
import { Terminal } from '../../src/cli/terminal.ts';

function told(error: unknown, json: boolean): { out: string; err: string; code: number } {
  const said = { out: '', err: '' };
  const stdout = { write: (text: string) => (said.out += text) };
  const stderr = { write: (text: string) => (said.err += text) };
  const terminal = new Terminal({ env: {}, stdout, stderr, isInputTTY: false });
  const code = tell(error, terminal, { json, stack: false });
  return { ...said, code };
}

test('every code that any room throws with is in the table', () => {
  const codes = [...new Glob('**/*.{ts,tsx}').scanSync('src')].flatMap((file) => {
    const text = readFileSync(`src/${file}`, 'utf8');
    const thrown = text.matchAll(/new Problem\(\s*'([a-z-]+)'/g);
    const explained = file.startsWith('database/') ? text.matchAll(/code: '([a-z-]+)'/g) : [];
    return [...thrown, ...explained].map(([, code = '']) => code);
  });
  expect(codes.length).toBeGreaterThan(20);
  const missing = [...new Set(codes)].filter((code) => !(code in problems));
  expect(missing).toEqual([]);
});

test('every code of the table is thrown somewhere', () => {
  const sources = [...new Glob('**/*.{ts,tsx}').scanSync('src')]
    .filter((file) => !file.endsWith('problem-table.ts'))
    .map((file) => readFileSync(`src/${file}`, 'utf8'));
  const unused = Object.keys(problems).filter((code) => !sources.some((text) => text.includes(`'${code}'`)));
  expect(unused).toEqual([]);
});

test('each has a title and says what to do', () => {
  for (const { title, fix } of Object.values(problems)) {
    expect(title.length).toBeGreaterThan(5);
    expect(fix.length).toBeGreaterThan(5);
  }
});

test('a person is told code, title and what to do, on standard error', () => {
  const { out, err, code } = told(problem('account-unknown', { name: 'x' }), false);
  expect(out).toBe('');
  expect(err).toContain('error [account-unknown]: There is no account "x".');
  expect(err).toContain('fix: ');
  expect(code).toBe(4);
});

test('a program is told the same as JSON on standard output', () => {
  const { out, err, code } = told(new Problem('config-invalid', 'No good.', 'Do it.'), true);
  expect(JSON.parse(out)).toEqual({ error: { code: 'config-invalid', title: 'No good.', fix: 'Do it.' } });
  expect(err).toBe('');
  expect(code).toBe(3);
});

test('something unexpected has a code and a way out too, and repeats no secret', () => {
  const { err, code } = told(new Error('bad key sk-ant-api03-abcdefghijkl'), false);
  expect(err).toContain('error [unexpected]: Something unexpected happened: bad key sk-ant-api03-[secret]');
  expect(err).toContain('fix: ');
  expect(code).toBe(1);
});

test('a file that the system refuses is named with the reason, and is no mistake in the program', () => {
  const refused = (facts: object): Error => Object.assign(new Error('system'), facts);
  const readOnly = told(refused({ code: 'EROFS', syscall: 'chmod', path: '/ro/home' }), false);
  expect(readOnly.err).toContain('error [file-refused]: /ro/home cannot be used: the disk is read-only.');
  expect(readOnly.code).toBe(3);
  const reasonOf = (facts: object): string => asProblem(refused(facts)).message;
  expect(reasonOf({ code: 'ENOTDIR', path: '/file/run.json' })).toContain('is a file');
  expect(reasonOf({ code: 'ENOENT', syscall: 'mkdir', path: '/proc/x' })).toContain(
    'no folder to make it in',
  );
  expect(asProblem(refused({ code: 'ENOSPC', path: '/full/x' })).code).toBe('disk-full');
});

test('a file that is missing, or an error without a file, stays unexpected', () => {
  const missing = Object.assign(new Error('system'), { code: 'ENOENT', syscall: 'open', path: '/x' });
  expect(asProblem(missing).code).toBe('unexpected');
  expect(asProblem(Object.assign(new Error('kill'), { code: 'EPERM' })).code).toBe('unexpected');
});

test('a code nobody knows is a failure', () => {
  expect(exitCodeOf('no-such-code')).toBe(1);
  expect(asProblem('text').message).toContain('text');
});
