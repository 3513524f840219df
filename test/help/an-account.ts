import type { Account } from '../../src/accounts/account.ts';

/** An account named `name` (id `acc_NAME`), ready for use, with `more` of its own. */
export function anAccount(name: string, more: Partial<Account> = {}): Account {
  return {
    id: `acc_${name}`,
    name,
    kind: 'api-key',
    baseUrl: 'https://api.example.test',
    allowPlainHttp: false,
    priority: 100,
    weight: 1,
    models: [],
    notes: '',
    enabled: true,
    createdAt: 0,
    updatedAt: 0,
    credentialAt: 0,
    ...more,
  };
}
