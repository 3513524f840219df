import { describe, expect, test } from 'bun:test';
import { toRow } from '../../src/accounts/account-row.ts';
import { readDraft } from '../../src/accounts/draft.ts';
import { plainSettings } from '../../src/accounts/plain-row.ts';
import type { AccountRow } from '../../src/database/tables.ts';
import { anAccount } from '../help/an-account.ts';

const row = toRow(anAccount('work', { sendAs: 'x-api-key' }));
const oauth = { kind: 'oauth', send_as: null, provider: 'company' } as const;

/** What the schema makes of a row without headers, a way out and certificates of its own. */
function bySchema(given: AccountRow): unknown {
  try {
    return readDraft({
      name: given.name,
      kind: given.kind,
      baseUrl: given.base_url,
      allowPlainHttp: given.plain_http === 1,
      sendAs: given.send_as,
      provider: given.provider,
      priority: given.priority,
      weight: given.weight,
      models: JSON.parse(given.models),
      maxConcurrent: given.max_concurrent,
      notes: given.notes,
      enabled: given.enabled === 1,
    });
  } catch {
    return 'refused';
  }
}

describe('a usual row is read as the schema reads it', () => {
  const rows: readonly Partial<AccountRow>[] = [
    {},
    oauth,
    { kind: 'passthrough', send_as: null },
    { kind: 'token', send_as: null, enabled: 0, notes: 'mine\nand yours' },
    { send_as: 'bearer', models: '["claude-*","o3"]', max_concurrent: 3, weight: 0.5, priority: 0 },
    { base_url: 'http://127.0.0.1:9', name: 'Two Words' },
    { base_url: 'http://10.0.0.1:9/anthropic', plain_http: 1 },
  ];
  test.each(rows.map((changed) => [JSON.stringify(changed), changed] as const))('%s', (_, changed) => {
    const settings = plainSettings({ ...row, ...changed });
    expect(settings).toBeDefined();
    expect(settings as object).toEqual(bySchema({ ...row, ...changed }) as object);
  });
});

describe('any other row is left to the schema', () => {
  const rows: readonly Partial<AccountRow>[] = [
    { kind: 'other' },
    { name: '' },
    { name: ' work' },
    { name: 'wörk' },
    { name: 'ACC_1' },
    { send_as: null },
    { kind: 'token' },
    { ...oauth, provider: null },
    { provider: 'company' },
    { ...oauth, provider: 'a b' },
    { priority: -1 },
    { priority: 1.5 },
    { weight: 0 },
    { weight: 1001 },
    { max_concurrent: 0 },
    { models: '["a b"]' },
    { models: '[1]' },
    { models: '{}' },
    { headers: '{"x-a":"b"}' },
    { proxy: 'http://10.0.0.1:3128' },
    { extra_ca: 'pem' },
    { base_url: 'http://10.0.0.1:9' },
    { base_url: 'https://api.example.test/' },
    { base_url: 'https://api.example.test/v1' },
    { base_url: 'https://a:b@api.example.test' },
    { base_url: 'ftp://api.example.test' },
    { base_url: 'nothing' },
  ];
  test.each(rows.map((changed) => [JSON.stringify(changed), changed] as const))('%s', (_, changed) => {
    expect(plainSettings({ ...row, ...changed })).toBeUndefined();
  });
});
