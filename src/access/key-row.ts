import { nameKey } from '../base/name-key.ts';
import type { ClientKeyRow } from '../database/tables.ts';
import type { ClientKey } from './client-key.ts';
import { type ClientKeySettings, readBudgets } from './key-draft.ts';
import { roleFrom } from './people/role.ts';

/** What was decided about `key`, without what it is and was. */
export function settingsIn(key: ClientKey): ClientKeySettings {
  const {
    id: _id,
    hint: _hint,
    createdAt: _created,
    revokedAt: _revoked,
    lastUsedAt: _used,
    ...settings
  } = key;
  return settings;
}

/** The row of `key`; `hash` is the SHA-256 of the key itself, in hex. */
export function toRow(key: ClientKey, hash: string): ClientKeyRow {
  return {
    id: key.id,
    name: key.name,
    name_key: nameKey(key.name),
    owner: key.owner,
    hash,
    hint: key.hint,
    models: JSON.stringify(key.models ?? []),
    accounts: JSON.stringify(key.accounts ?? []),
    requests_per_minute: key.requestsPerMinute ?? null,
    calls_at_once: key.callsAtOnce ?? null,
    budgets: JSON.stringify(key.budgets ?? []),
    role: key.role ?? null,
    created_at: key.createdAt,
    expires_at: key.expiresAt ?? null,
    revoked_at: key.revokedAt ?? null,
    last_used_at: key.lastUsedAt ?? null,
  };
}

/** Of a row what {@link settingsIn} may change; the name stays. */
export function settingColumns(row: ClientKeyRow): Partial<ClientKeyRow> {
  const { owner, models, accounts, requests_per_minute, calls_at_once, budgets, role, expires_at } = row;
  return { owner, models, accounts, requests_per_minute, calls_at_once, budgets, role, expires_at };
}

export function fromRow(row: ClientKeyRow): ClientKey {
  const models = readList(row.models);
  const accounts = readList(row.accounts);
  const budgets = readBudgets(JSON.parse(row.budgets));
  const role = roleFrom(row.role);
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    hint: row.hint,
    ...(models.length > 0 && { models }),
    ...(accounts.length > 0 && { accounts }),
    ...(row.requests_per_minute !== null && { requestsPerMinute: row.requests_per_minute }),
    ...(row.calls_at_once !== null && { callsAtOnce: row.calls_at_once }),
    ...(budgets.length > 0 && { budgets }),
    ...(role !== undefined && { role }),
    createdAt: row.created_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  };
}

/**
 * A list as it was stored. One that cannot be read must not become "no limit": a key that may use
 * everything because its row is damaged would be worse than an error.
 */
function readList(text: string): string[] {
  const list: unknown = JSON.parse(text);
  if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
  throw new TypeError('a list in the table client_keys is no list of texts');
}
