import type { AccountRow } from '../database/tables.ts';
import { type Account, nameKey } from './account.ts';
import { readDraft } from './draft.ts';
import { plainSettings } from './plain-row.ts';

export function toRow(account: Account): AccountRow {
  return {
    id: account.id,
    name: account.name,
    name_key: nameKey(account.name),
    kind: account.kind,
    base_url: account.baseUrl,
    plain_http: account.allowPlainHttp ? 1 : 0,
    send_as: account.sendAs ?? null,
    provider: account.provider ?? null,
    priority: account.priority,
    weight: account.weight,
    models: JSON.stringify(account.models),
    max_concurrent: account.maxConcurrent ?? null,
    headers: JSON.stringify(account.headers ?? {}),
    proxy: account.proxy ?? null,
    proxy_login: account.proxyLogin ?? null,
    extra_ca: account.extraCa ?? null,
    notes: account.notes,
    enabled: account.enabled ? 1 : 0,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
    credential_at: account.credentialAt,
  };
}

/** The account of a row. @throws Problem `account-invalid`, SyntaxError: the row is not one that we wrote */
export function fromRow(row: AccountRow): Account {
  const settings =
    plainSettings(row) ??
    readDraft({
      name: row.name,
      kind: row.kind,
      baseUrl: row.base_url,
      allowPlainHttp: row.plain_http === 1,
      sendAs: row.send_as,
      provider: row.provider,
      priority: row.priority,
      weight: row.weight,
      models: JSON.parse(row.models),
      maxConcurrent: row.max_concurrent,
      headers: JSON.parse(row.headers),
      proxy: row.proxy,
      extraCa: row.extra_ca,
      notes: row.notes,
      enabled: row.enabled === 1,
    });
  return {
    id: row.id,
    ...settings,
    ...(row.proxy_login !== null && { proxyLogin: row.proxy_login }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    credentialAt: row.credential_at,
  };
}
