import { describe, expect, test } from 'bun:test';
import { fromPlain, readExport, toPlain, toPortable, writeExport } from '../../src/accounts/portable.ts';
import { toStored } from '../../src/accounts/stored-tokens.ts';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';

const folder = temporaryFolders();
const known: Record<string, Secret> = {
  acc_work: new Secret('sk-ant-api03-planted'),
  'acc_work.proxy.1': new Secret('ann:planted'),
  acc_corp: toStored(aTokenSet('planted', { expiresAt: 5, label: 'ann' })),
};
const secretOf = (entry: string): Promise<Secret | undefined> => Promise.resolve(known[entry]);

describe('an account on its way', () => {
  test('has all its settings and secrets, and none of them shows by accident', async () => {
    const extraCa = aCertificate(folder(), 'ca').pem;
    const account = anAccount('work', {
      sendAs: 'bearer',
      maxConcurrent: 3,
      headers: { 'x-a': 'b' },
      proxy: 'http://10.0.0.1:3128',
      proxyLogin: 'acc_work.proxy.1',
      extraCa,
    });
    const portable = await toPortable(account, secretOf);
    expect(Bun.inspect(portable) + JSON.stringify(portable)).not.toContain('planted');
    const back = fromPlain(JSON.parse(JSON.stringify(toPlain(portable))));
    expect(back.settings).toEqual(portable.settings);
    expect(back.id).toBe('acc_work');
    expect(back.secret?.reveal()).toBe('sk-ant-api03-planted');
    expect(back.proxyLogin?.reveal()).toBe('ann:planted');
  });

  test('that signs in has its tokens', async () => {
    const portable = await toPortable(anAccount('corp', { kind: 'oauth', provider: 'gw' }), secretOf);
    expect(portable.secret).toBeUndefined();
    const back = fromPlain(JSON.parse(JSON.stringify(toPlain(portable))));
    expect(back.tokens?.access.reveal()).toBe('access-planted');
    expect(back.tokens).toMatchObject({ expiresAt: 5, label: 'ann' });
  });

  test('may lack its secret', async () => {
    const portable = await toPortable(anAccount('later'), secretOf);
    expect(Object.keys(toPlain(portable))).not.toContain('secret');
    expect(fromPlain(toPlain(portable)).secret).toBeUndefined();
  });

  test('that is wrong is refused with what is wrong', () => {
    for (const wrong of [null, 7, {}, { name: 'a' }, { name: 'a', kind: 'api-key', colour: 1 }])
      expect(() => fromPlain(wrong)).toThrow(Problem);
    expect(() => fromPlain({ name: 'a', kind: 'api-key', secret: 7 })).toThrow(Problem);
  });
});

describe('an export', () => {
  test('says what it is and holds its accounts in order', async () => {
    const accounts = [
      await toPortable(anAccount('work'), secretOf),
      await toPortable(anAccount('later'), secretOf),
    ];
    const text = writeExport(accounts, Date.UTC(2026, 10, 25)).reveal();
    const value = JSON.parse(text) as object;
    expect(value).toMatchObject({
      format: 'claude-code-proxy accounts',
      version: 1,
      exportedAt: '2026-11-25T00:00:00.000Z',
    });
    expect(readExport(value)?.map(({ settings }) => settings.name)).toEqual(['work', 'later']);
  });

  test('of a newer version is refused; what is none is none', () => {
    const newer = { format: 'claude-code-proxy accounts', version: 2, accounts: [] };
    expect(() => readExport(newer)).toThrow('format 2');
    for (const other of [
      undefined,
      [],
      {},
      { version: 1, accounts: {} },
      { format: 'x', version: 1, accounts: [] },
    ])
      expect(readExport(other)).toBeUndefined();
  });
});
