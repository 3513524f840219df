import { describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyText, readPublicKey, readPublicKeys, sign, verify } from '../../src/update/minisign.ts';
import { newSecretKey, readSecretKey } from '../../src/update/secret-key.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const content = Buffer.from('two lines\nof a file\n');
const secret = newSecretKey();
const [key] = readPublicKeys(publicKeyText(secret));
if (key === undefined) throw new Error('no key');
const signature = sign(content, secret, 'claude-code-proxy 1.2.3');

test('what was signed is known by its key, with the comment that was signed as well', () => {
  expect(verify(content, signature, [key])).toEqual({
    is: 'signed',
    by: key,
    trustedComment: 'claude-code-proxy 1.2.3',
  });
});

test('another content, another comment and another signature are forged', () => {
  const [untrusted, head = '', ...rest] = signature.split('\n');
  const bytes = Buffer.from(head, 'base64');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  const broken = [untrusted, bytes.toString('base64'), ...rest].join('\n');
  expect(verify(Buffer.from('other'), signature, [key])).toEqual({ is: 'forged' });
  expect(verify(content, signature.replace('1.2.3', '1.2.4'), [key])).toEqual({ is: 'forged' });
  expect(verify(content, broken, [key])).toEqual({ is: 'forged' });
});

test('somebody else who takes the id of a trusted key is forged too', () => {
  const other = { id: secret.id, seed: newSecretKey().seed };
  expect(verify(content, sign(content, other, 'x'), [key])).toEqual({ is: 'forged' });
});

test('a good signature of an unknown key names the key', () => {
  const other = newSecretKey();
  const [known] = readPublicKeys(publicKeyText(other));
  expect(verify(content, sign(content, other, 'x'), [key])).toEqual({
    is: 'unknown-key',
    keyId: known?.id ?? '',
  });
  expect(verify(content, signature, [])).toEqual({ is: 'unknown-key', keyId: key.id });
});

test.each([
  ['nothing', ''],
  ['a page', '<!doctype html>\n<p>not found'],
  ['a signature over the whole file, as old versions made them', signature.replace('\nRU', '\nRW')],
  ['one without a trusted comment', signature.split('\n').slice(0, 2).join('\n')],
  ['one with something behind it', `${signature}more\n`],
  ['base64 with a blank in it', signature.replace(/\n(....)/, '\n$1 ')],
])('%s is no signature', (_, text) => {
  expect(verify(content, text, [key])).toEqual({ is: 'unreadable' });
});

test('keys are read one a line, past comments, and a line that is none is named', () => {
  const text = `# ours\nuntrusted comment: minisign public key ${key.id}\n${publicKeyText(secret)}\n\n`;
  expect(readPublicKeys(text)).toEqual([key]);
  expect(() => readPublicKeys('# ours\nRWnonsense\n')).toThrow('line 2 is no minisign public key');
  expect(readPublicKey('')).toBeUndefined();
});

test('the keys that come with the program can be read', () => {
  expect(readPublicKeys(readFileSync('data/release-keys.txt', 'utf8'))).toBeArray();
});

const minisign = aSystemPart('minisign', 'minisign');

describe.if(minisign !== undefined)('the standard tool', () => {
  function inFolder<T>(work: (folder: string) => T): T {
    const folder = mkdtempSync(join(tmpdir(), 'minisign-'));
    try {
      return work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  function run(words: string[], input = ''): string {
    const done = Bun.spawnSync([minisign ?? '', ...words], { stdin: Buffer.from(input) });
    return `${done.exitCode} ${done.stdout.toString()}${done.stderr.toString()}`;
  }

  test('verifies what is signed here', () => {
    inFolder((folder) => {
      const file = join(folder, 'checksums.txt');
      writeFileSync(file, content);
      writeFileSync(`${file}.minisig`, signature);
      const said = run(['-V', '-m', file, '-P', publicKeyText(secret)]);
      expect(said).toStartWith(
        '0 Signature and comment signature verified\nTrusted comment: claude-code-proxy 1.2.3',
      );
      expect(run(['-V', '-m', file, '-P', publicKeyText(newSecretKey())])).not.toStartWith('0 ');
    });
  });

  test('signs what is verified here, and its key files can be read, with a password and without', () => {
    inFolder((folder) => {
      const file = join(folder, 'file');
      writeFileSync(file, content);
      const pair = (name: string, more: string[], input: string): { secret: string; public: string } => {
        const [pub, sec] = [join(folder, `${name}.pub`), join(folder, `${name}.key`)];
        expect(run(['-G', '-p', pub, '-s', sec, ...more], input)).toStartWith('0 ');
        return { public: readFileSync(pub, 'utf8'), secret: readFileSync(sec, 'utf8') };
      };
      const plain = pair('plain', ['-W'], '');
      expect(run(['-S', '-m', file, '-s', join(folder, 'plain.key'), '-t', 'hello'])).toStartWith('0 ');
      const theirs = readFileSync(`${file}.minisig`, 'utf8');
      expect(verify(content, theirs, readPublicKeys(plain.public))).toMatchObject({
        is: 'signed',
        trustedComment: 'hello',
      });
      const read = readSecretKey(plain.secret);
      expect(plain.public).toContain(publicKeyText(read));
      expect(verify(content, sign(content, read, 'x'), readPublicKeys(plain.public)).is).toBe('signed');
    });
  });
});

test('a text that is no secret key says so, and nothing of itself', () => {
  expect(() => readSecretKey('planted-secret')).toThrow('This is no secret key of minisign.');
});
