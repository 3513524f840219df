import { type Account, defaultBaseUrl } from '../accounts/account.ts';

/** An account that nothing is ever sent to. */
export function madeUpAccount(
  name: string,
  settings: Pick<Account, 'priority' | 'weight' | 'models' | 'maxConcurrent'>,
): Account {
  return {
    id: `acc_${name}`,
    name,
    kind: 'api-key',
    baseUrl: defaultBaseUrl,
    allowPlainHttp: false,
    notes: '',
    enabled: true,
    createdAt: 0,
    updatedAt: 0,
    credentialAt: 0,
    ...settings,
  };
}
