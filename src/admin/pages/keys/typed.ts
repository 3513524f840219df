import { createHash } from 'node:crypto';
import type { ClientKeyChanges } from '../../../access/key-draft.ts';
import { type Role, roleFrom, roles } from '../../../access/people/role.ts';
import type { KeyView } from '../../contract.ts';
import { filled } from '../fields.ts';
import { budgetFields, emptyBudget, type BudgetFields } from './words.ts';

/** What stands in the form of a key. */
export interface KeyFields {
  readonly name: string;
  readonly owner: string;
  readonly models: string;
  readonly accounts: string;
  readonly requestsPerMinute: string;
  readonly callsAtOnce: string;
  /** What a program may do besides calling; empty for nothing. */
  readonly role: Role | '';
  /** A day (`2027-01-31`), to whose end it is good; empty for always. */
  readonly expires: string;
  /** With one that is empty, to add another. */
  readonly budgets: readonly BudgetFields[];
}

export const emptyKey: KeyFields = {
  name: '',
  owner: '',
  models: '',
  accounts: '',
  requestsPerMinute: '',
  callsAtOnce: '',
  role: '',
  expires: '',
  budgets: [emptyBudget],
};

/** A key as its form shows it. */
export function fieldsOfKey(key: KeyView): KeyFields {
  const { name, owner, models, accounts, requestsPerMinute, callsAtOnce, role, expiresAt, budgets } = key;
  return {
    name,
    owner,
    models: models.join(', '),
    accounts: accounts.join(', '),
    requestsPerMinute: requestsPerMinute === null ? '' : String(requestsPerMinute),
    callsAtOnce: callsAtOnce === null ? '' : String(callsAtOnce),
    role: roleFrom(role) ?? '',
    expires: expiresAt === null ? '' : localDay(Date.parse(expiresAt)),
    budgets: [...budgets.map(budgetFields), emptyBudget],
  };
}

/** Tells what a form shows of a key from what somebody has made of it since. */
export function versionOf(key: KeyView): string {
  const { owner, models, accounts, requestsPerMinute, callsAtOnce, role, expiresAt, budgets } = key;
  const shown = [owner, models, accounts, requestsPerMinute, callsAtOnce, role, expiresAt, budgets];
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 24);
}

/** What was typed, to be shown again. */
export function typedFields(sent: Readonly<Record<string, string>>): KeyFields {
  const text = (name: string): string => sent[name] ?? '';
  const budgets: BudgetFields[] = [];
  for (let at = 0; sent[`budget-${at}-amount`] !== undefined; at += 1)
    budgets.push({
      amount: text(`budget-${at}-amount`),
      unit: text(`budget-${at}-unit`) === 'tokens' ? 'tokens' : 'usd',
      period: periods.find((one) => one === text(`budget-${at}-period`)) ?? 'monthly',
      hard: text(`budget-${at}-hard`) !== 'no',
    });
  return {
    name: text('name'),
    owner: text('owner'),
    models: text('models'),
    accounts: text('accounts'),
    requestsPerMinute: text('requestsPerMinute'),
    callsAtOnce: text('callsAtOnce'),
    role: roles.find((one) => one === text('role')) ?? '',
    expires: text('expires'),
    budgets: budgets.length === 0 ? [emptyBudget] : budgets,
  };
}

export const periods = ['daily', 'weekly', 'monthly'] as const;

/** What was typed, as a key is described: the check of the draft says what of it is wrong. */
export function settingsIn(typed: KeyFields, before?: KeyView): ClientKeyChanges {
  const { owner, models, accounts, requestsPerMinute, callsAtOnce, role, expires, budgets } = typed;
  const isSameDay = before !== undefined && fieldsOfKey(before).expires === expires;
  return {
    owner,
    models: listIn(models),
    accounts: listIn(accounts),
    requestsPerMinute: numberIn(requestsPerMinute),
    callsAtOnce: numberIn(callsAtOnce),
    role: role === '' ? null : role,
    // The moment it had been given stays, to the second.
    ...(!isSameDay && { expiresAt: filled(expires) === undefined ? null : endOfDay(expires) }),
    budgets: budgets
      .filter(({ amount }) => filled(amount) !== undefined)
      .map(({ amount, unit, period, hard }) => {
        const limit = Number(amount.replaceAll(/[\s,_]/g, ''));
        return { period, hard, ...(unit === 'usd' ? { limitUsd: limit } : { limitTokens: limit }) };
      }),
  };
}

function listIn(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Text that is no number stays none: the check says so. */
function numberIn(text: string): number | null {
  return filled(text) === undefined ? null : Number(text);
}

/** The end of a day where the proxy runs; no moment for what is no day. */
function endOfDay(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text.trim()) ?? [];
  return new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 59).getTime();
}

function localDay(ms: number): string {
  const date = new Date(ms);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
