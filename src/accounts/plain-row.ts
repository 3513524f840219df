import type { AccountRow } from '../database/tables.ts';
import { type Account, accountIdPrefix, accountKinds, nameKey, sendingWays } from './account.ts';
import { baseUrlFrom, isThisMachine } from './addresses.ts';
import type { AccountSettings } from './draft.ts';

/**
 * The settings of a row that holds nothing but the usual, as nearly all do; undefined for any other one, which
 * `readDraft` reads. For this one no schema is made, and a start loads no library of schemas.
 */
export function plainSettings(row: AccountRow): AccountSettings | undefined {
  const kind = accountKinds.find((one) => one === row.kind);
  const sendAs = sendingWays.find((one) => one === row.send_as);
  const models = plainModels(row.models);
  const isSimple = row.headers === '{}' && row.proxy === null && row.extra_ca === null;
  if (kind === undefined || models === undefined || !isSimple || !isPlain(row)) return undefined;
  if ((sendAs !== undefined) !== (kind === 'api-key') || (row.provider !== null) !== (kind === 'oauth'))
    return undefined;
  return {
    name: row.name,
    kind,
    baseUrl: row.base_url,
    allowPlainHttp: row.plain_http === 1,
    ...(sendAs !== undefined && { sendAs }),
    ...(row.provider !== null && { provider: row.provider }),
    priority: row.priority,
    weight: row.weight,
    models,
    ...(row.max_concurrent !== null && { maxConcurrent: row.max_concurrent }),
    notes: row.notes,
    enabled: row.enabled === 1,
  };
}

/** Printable ASCII, with no blank at either end. */
const plainName = /^(?! )[\x20-\x7e]{1,100}(?<! )$/;
const plainModel = /^[\x21-\x7e]{1,200}$/;
const plainProvider = /^[A-Za-z0-9_-]{1,64}$/;

function isPlain(row: AccountRow): boolean {
  const { name, provider, priority, weight, max_concurrent: most, notes } = row;
  return (
    plainName.test(name) &&
    !nameKey(name).startsWith(accountIdPrefix) &&
    (provider === null || plainProvider.test(provider)) &&
    isWhole(priority, 0, 1000) &&
    weight >= 0.01 &&
    weight <= 1000 &&
    (most === null || isWhole(most, 1, 100_000)) &&
    notes.length <= 4000 &&
    isPlainUrl(row.base_url, row.plain_http === 1)
  );
}

function isPlainUrl(text: string, allowPlainHttp: boolean): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const read = baseUrlFrom(text, url);
  const isSafe = url.protocol === 'https:' || allowPlainHttp || isThisMachine(url.hostname);
  return 'value' in read && read.value === text && isSafe;
}

function plainModels(text: string): Account['models'] | undefined {
  const models: unknown = JSON.parse(text);
  if (!Array.isArray(models) || models.length > 100) return undefined;
  return models.every((one) => typeof one === 'string' && plainModel.test(one)) ? models : undefined;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
