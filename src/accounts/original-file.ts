import * as z from 'zod';
import { isAccountName } from './draft.ts';

/** What is to be taken of a file of the program's Python forerunner: names, never its consumer tokens. */
export interface OriginalAccounts {
  readonly accounts: readonly { readonly name: string; readonly enabled: boolean }[];
  /** Entries that have no name which an account may have. */
  readonly skipped: number;
}

/** `accounts.json` as it should be: tokens by name. */
const byName = z.looseObject({
  version: z.number().optional(),
  accounts: z.record(z.string(), z.unknown()),
});

/** What a broken import of it could have written: a list. */
const asList = z.looseObject({ accounts: z.array(z.unknown()) });

const listed = z.looseObject({
  name: z.string().optional(),
  email: z.string().optional(),
  id: z.string().optional(),
  is_active: z.boolean().optional(),
});

const tokens = z.union([
  z.looseObject({ accessToken: z.string() }),
  z.looseObject({ refreshToken: z.string() }),
  z.looseObject({ access_token: z.string() }),
  z.looseObject({ refresh_token: z.string() }),
]);

/** The accounts of the original's `accounts.json`, in either of its shapes; undefined where `value` is none. */
export function readOriginal(value: unknown): OriginalAccounts | undefined {
  const map = byName.safeParse(value);
  if (map.success) {
    const entries = Object.entries(map.data.accounts);
    if (!entries.some(([, entry]) => tokens.safeParse(entry).success)) return undefined;
    const accounts = entries
      .filter(([name]) => isAccountName(name))
      .map(([name]) => ({ name, enabled: true }));
    return { accounts, skipped: entries.length - accounts.length };
  }
  const list = asList.safeParse(value);
  if (!list.success || !list.data.accounts.some((entry) => tokens.safeParse(entry).success)) return undefined;
  const accounts = list.data.accounts.flatMap((entry) => {
    const { name, email, id, is_active: isActive = true } = listed.safeParse(entry).data ?? {};
    const known = [name, email, id].find((text) => isAccountName(text ?? ''));
    return known === undefined ? [] : [{ name: known, enabled: isActive }];
  });
  return { accounts, skipped: list.data.accounts.length - accounts.length };
}

/** Whether `value` is the sign-in that Claude Code keeps for itself (`.credentials.json`). */
export function isOwnSignIn(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'claudeAiOauth' in value;
}
