import { describe, expect, test } from 'bun:test';
import { Problem } from '../../src/base/problem.ts';
import { emptyVault, readVaultFile, writeVaultFile } from '../../src/credentials/vault-file.ts';

const path = '/home/ann/credentials.json';

function codeOf(text: string): string {
  try {
    readVaultFile(text, path);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'fine';
}

describe('the vault file', () => {
  test('keeps what a later version added, everywhere', () => {
    const text = JSON.stringify({
      format: 1,
      key: 'k',
      entries: { b: { jwe: 'x', colour: 'red' }, a: { jwe: 'y' } },
      future: { of: ['vaults'] },
    });
    const file = readVaultFile(text, path);
    expect([...file.entries.keys()]).toEqual(['b', 'a']);
    expect(JSON.parse(writeVaultFile(file))).toEqual(JSON.parse(text));
  });

  test('is written so that a person can read it, entries in order', () => {
    const entries = new Map([
      ['b', { jwe: 'x' }],
      ['a', { jwe: 'y' }],
    ]);
    const text = writeVaultFile({ ...emptyVault, key: 'k', entries });
    expect(text).toBe(
      '{\n  "format": 1,\n  "key": "k",\n  "entries": {\n    "a": {\n      "jwe": "y"\n    },\n    "b": {\n      "jwe": "x"\n    }\n  }\n}\n',
    );
  });

  test('takes "__proto__" for a name like any other', () => {
    const text = '{"format":1,"key":"k","entries":{"__proto__":{"jwe":"x"}},"__proto__":{"polluted":true}}';
    const file = readVaultFile(text, path);
    expect([...file.entries.keys()]).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(JSON.parse(writeVaultFile(file))).toEqual(JSON.parse(text));
  });

  test('of a newer format is refused', () => {
    expect(codeOf('{"format":2,"key":"k","entries":{}}')).toBe('vault-newer');
  });

  test('says where its key is, and which keys are left over', () => {
    const text = JSON.stringify({
      format: 1,
      backend: 'passphrase',
      key: 'k',
      passphrase: { kdf: 'scrypt', n: 131072, r: 8, p: 1, salt: 'c2FsdA', jwe: 'x' },
      spare: [{ backend: 'key-file', key: 'old' }],
      entries: {},
    });
    const file = readVaultFile(text, path);
    expect(file.backend).toBe('passphrase');
    expect(file.spare).toEqual([{ backend: 'key-file', key: 'old' }]);
    expect(JSON.parse(writeVaultFile(file))).toEqual(JSON.parse(text));
  });

  test('that keeps its key where only a newer version looks is refused', () => {
    expect(codeOf('{"format":1,"backend":"tpm","key":"k","entries":{}}')).toBe('vault-newer');
  });

  test('that is not one is refused without quoting what it holds', () => {
    const wrong = [
      '',
      '{"format":1,"key":"k","entries":{"a":{"jwe":"sk-',
      '[]',
      'null',
      '{}',
      '{"format":"1","key":"k","entries":{}}',
      '{"format":1,"entries":{}}',
      '{"format":1,"key":"k","entries":[]}',
      '{"format":1,"key":"k","entries":{"a":"text"}}',
      '{"format":1,"key":"k","passphrase":{"kdf":"none"},"entries":{}}',
      '{"format":1,"key":"k","spare":{},"entries":{}}',
      '{"format":1,"key":"k","spare":[{"backend":"key-file"}],"entries":{}}',
    ];
    for (const text of wrong) expect(codeOf(text)).toBe('vault-damaged');
    expect(() => readVaultFile('{"a":"sk-ant-secret', path)).not.toThrow('sk-ant');
  });
});
