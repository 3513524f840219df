import { nameKey } from '../../base/name-key.ts';
import type { BudgetSettings } from '../../config/settings.ts';
import type { Period } from './period.ts';

/** One budget as it is counted: who spends from it, and how much there is. */
export interface Pot {
  /** As people know it: `team`, `daily/laptop` of a budget for each key, `laptop` of a key's own. */
  readonly name: string;
  readonly scope: 'total' | 'key' | 'account';
  /** The names it is for; none for everybody. */
  readonly of: readonly string[];
  /** Whose spending counts. */
  readonly subjects: readonly string[];
  readonly period: Period;
  readonly unit: 'usd' | 'tokens';
  /** In millionths of a US dollar, or in tokens. */
  readonly limit: number;
  /** The part of it from which on is warned. */
  readonly warnAt: number;
  readonly isHard: boolean;
  /** Several callers spend from it. */
  readonly isShared: boolean;
}

/** A budget that stands with a client key. */
export interface OwnBudget {
  readonly period: Period;
  readonly limitUsd?: number | undefined;
  readonly limitTokens?: number | undefined;
  readonly hard: boolean;
}

/** A client key, or an account, as far as budgets look at it. */
export interface Known {
  readonly id: string;
  readonly name: string;
  readonly budgets?: readonly OwnBudget[];
  /** The key lets nobody in any more. What it spent still counts where its name shares a budget. */
  readonly isOver?: boolean;
}

export interface PotsInput {
  readonly budgets: ReadonlyMap<string, BudgetSettings>;
  readonly keys: readonly Known[];
  readonly accounts: readonly Known[];
}

/** Everything that is spent here. */
export const total = 'total';
export const keySubject = (id: string): string => `key:${id}`;
export const accountSubject = (id: string): string => `account:${id}`;

/** Where a key's own budgets warn: the threshold of the gateway protocol. */
const usualWarnAt = 0.75;

/** All budgets, by whom they hold. */
export class Pots {
  readonly all: readonly Pot[];
  /** What budgets name and nobody here is called: `team: laptop`. */
  readonly unknown: readonly string[];
  readonly #forEverybody: readonly Pot[];
  readonly #bySubject: ReadonlyMap<string, readonly Pot[]>;
  readonly #hardOfAccount: ReadonlyMap<string, readonly Pot[]>;

  constructor({ budgets, keys, accounts }: PotsInput) {
    const unknown: string[] = [];
    const find = (name: string, of: readonly string[], among: readonly Known[]): Known[] => {
      const found = of.map((one) => among.filter((known) => isCalled(known, one)));
      unknown.push(...of.filter((_, at) => found[at]?.length === 0).map((one) => `${name}: ${one}`));
      return [...new Set(found.flat())];
    };
    const declared = [...budgets].flatMap(([name, budget]) => {
      const { scope, of } = budget;
      if (scope === 'total') return [totalPot(name, budget)];
      if (scope === 'account') return [sharedPot(name, 'account', find(name, of, accounts), budget)];
      if (scope === 'key') return [sharedPot(name, 'key', find(name, of, keys), budget)];
      const each = of.length === 0 ? keys : find(name, of, keys);
      return each.filter(isAlive).map((key) => keyPot(`${name}/${key.name}`, key, budget));
    });
    const own = keys
      .filter(isAlive)
      .flatMap((key) =>
        (key.budgets ?? []).map((budget) => keyPot(key.name, key, { ...budget, warnAt: usualWarnAt })),
      );
    this.all = [...declared, ...own];
    this.unknown = unknown;
    this.#forEverybody = this.all.filter(({ scope }) => scope === 'total');
    this.#bySubject = bySubject(this.all.filter(({ scope }) => scope !== 'total'));
    const hard = accounts.map(({ id }) => [id, this.ofAccount(id).filter(({ isHard }) => isHard)] as const);
    this.#hardOfAccount = new Map(hard.filter(([, pots]) => pots.length > 0));
  }

  /** The budgets that a client key spends from; without one, those of everybody. */
  ofClient(id: string | undefined): readonly Pot[] {
    const own = id === undefined ? undefined : this.#bySubject.get(keySubject(id));
    return own === undefined ? this.#forEverybody : [...this.#forEverybody, ...own];
  }

  /** The budgets that calls on an account are taken from, beside those of the caller. */
  ofAccount(id: string): readonly Pot[] {
    return this.#bySubject.get(accountSubject(id)) ?? [];
  }

  /** Those of them that hold it back when they are used up; undefined where there is none, as for most of a thousand. */
  hardOfAccount(id: string): readonly Pot[] | undefined {
    return this.#hardOfAccount.get(id);
  }
}

type Limits = OwnBudget & Pick<BudgetSettings, 'warnAt'>;

function totalPot(name: string, budget: Limits): Pot {
  return { name, scope: 'total', of: [], subjects: [total], isShared: true, ...limitsOf(budget) };
}

function sharedPot(
  name: string,
  scope: 'key' | 'account',
  known: readonly Known[],
  budget: Limits & { readonly of: readonly string[] },
): Pot {
  const subjectOf = scope === 'key' ? keySubject : accountSubject;
  const subjects = known.map(({ id }) => subjectOf(id));
  return { name, scope, of: budget.of, subjects, isShared: budget.of.length > 1, ...limitsOf(budget) };
}

function keyPot(name: string, key: Known, budget: Limits): Pot {
  const subjects = [keySubject(key.id)];
  return { name, scope: 'key', of: [key.name], subjects, isShared: false, ...limitsOf(budget) };
}

function limitsOf({
  period,
  limitUsd,
  limitTokens,
  hard,
  warnAt,
}: Limits): Pick<Pot, 'period' | 'unit' | 'limit' | 'warnAt' | 'isHard'> {
  const unit = limitUsd === undefined ? 'tokens' : 'usd';
  const limit = limitUsd === undefined ? (limitTokens ?? 0) : limitUsd * 1e6;
  return { period, unit, limit, warnAt, isHard: hard };
}

function isCalled({ id, name }: Known, wanted: string): boolean {
  return id === wanted || nameKey(name) === nameKey(wanted);
}

function isAlive({ isOver }: Known): boolean {
  return isOver !== true;
}

function bySubject(pots: readonly Pot[]): Map<string, Pot[]> {
  const found = new Map<string, Pot[]>();
  for (const pot of pots) {
    for (const subject of pot.subjects) found.set(subject, [...(found.get(subject) ?? []), pot]);
  }
  return found;
}
