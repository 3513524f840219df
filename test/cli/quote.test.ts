import { expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { batchArguments, fitsBatch, quoted } from '../../src/cli/quote.ts';

const odd = ['a b', "it's", '"x"', '$HOME', '`id`', '\\', 'ü', '', '*', 'a\nb', '--flag=x y', '!', '%PATH%'];

test('plain words stay as they are', () => {
  expect(quoted(['/usr/bin/x', 'key-helper', '--home', '/home/ann/.p'], 'linux')).toBe(
    '/usr/bin/x key-helper --home /home/ann/.p',
  );
});

if (process.platform !== 'win32') {
  test('sh reads back every word as it was', () => {
    const line = quoted(['printf', String.raw`%s\0`, ...odd], 'linux');
    const { stdout } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(odd);
  });
}

test('on Windows words with blanks and quotes are quoted as its programs read them', () => {
  const line = quoted([String.raw`C:\Program Files\x.exe`, 'a"b', 'end\\'], 'win32');
  expect(line).toBe(String.raw`"C:\Program Files\x.exe" "a\"b" end\ `.trim());
  expect(quoted(['a b\\'], 'win32')).toBe(String.raw`"a b\\"`);
});

test('a batch file gets each argument with every special character escaped twice', () => {
  expect(batchArguments(String.raw`C:\npm\claude.cmd`, ['-p', 'a & b'])).toEqual([
    '/d',
    '/s',
    '/c',
    String.raw`"C:\npm\claude.cmd ^^^"-p^^^" ^^^"a^^^ ^^^&^^^ b^^^""`,
  ]);
});

test('no character can end the command for cmd.exe', () => {
  const [, , , line = ''] = batchArguments('x.cmd', ['%PATH% & del | < > ( ) ! ^ "']);
  // Inside the outer quotes nothing special stands without a caret before it.
  const inner = line.slice('"x.cmd '.length, -1);
  expect(inner.replaceAll(/\^./g, '')).not.toMatch(/[&|<>()!%"^ ]/);
});

test('a line break fits no batch file', () => {
  expect(fitsBatch('a b')).toBe(true);
  expect(fitsBatch('a\nb')).toBe(false);
});
