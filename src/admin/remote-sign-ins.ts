import type { Way } from '../config/settings-providers.ts';
import type { SignInFlowView } from './contract-accounts.ts';
import type { SignInManagement } from './sign-ins.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The sign-ins of a running proxy: begun by a command, they go on without it. */
export function remoteSignIns(ask: Ask): SignInManagement {
  const at = (id: string): string => `/control/sign-ins/${encodeURIComponent(id)}`;
  return {
    async ways(nameOrId) {
      const path = `/control/accounts/${encodeURIComponent(nameOrId)}/ways`;
      return (await ask<{ ways: readonly Way[] }>('GET', path)).ways;
    },
    begin: (account, way) => ask('POST', '/control/sign-ins', { account, way }),
    async list() {
      return (await ask<{ signIns: readonly SignInFlowView[] }>('GET', '/control/sign-ins')).signIns;
    },
    find: (id) => ask('GET', at(id)),
    paste: (id, text) => ask('POST', `${at(id)}/paste`, { text }),
    cancel: (id) => ask('POST', `${at(id)}/cancel`),
  };
}
