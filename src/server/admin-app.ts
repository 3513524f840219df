import { adminApp, type AdminApp } from '../admin/app.ts';
import { LocalManagement } from '../admin/local.ts';
import { databaseProbe, tokensProbe, vaultProbe } from '../admin/probes.ts';
import { SignIns } from '../admin/sign-ins.ts';
import { poolProbe, statusOf } from '../admin/status.ts';
import type { Secret } from '../base/secret.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { testAccount } from '../proxy/test-account.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Stores } from './stores.ts';
import { refreshNow, type Tokens } from './tokens.ts';

/** What health, status and control show and change. */
export interface AdminParts {
  readonly stores: Stores;
  readonly gateway: Gateway;
  readonly tokens: Tokens;
  readonly live: LiveSettings;
  readonly controlToken: Secret;
  readonly about: { readonly url: string; readonly startedAt: number };
  /** Begins to stop the proxy. */
  readonly stop: () => void;
}

/** Health, status and control of a running proxy. Nothing of it is loaded before the first call that wants it. */
export function openAdmin(parts: AdminParts): AdminApp {
  const { stores, gateway, tokens, live, controlToken, about } = parts;
  const { pool, clock, log } = gateway;
  const tokensOf = tokens.refresher.seen.bind(tokens.refresher);
  const keysRequired = (): boolean => {
    const mode = live.settings.clients.keys;
    return mode === 'required' || (mode === 'auto' && stores.keys.hasAny);
  };
  return adminApp({
    management: managementOf(parts),
    controlToken,
    reload: () => live.reload(),
    stop: () => {
      parts.stop();
      return live.settings.server.drainSeconds;
    },
    status: () => statusOf(pool.look(), { ...about, keysRequired: keysRequired() }, tokensOf, clock.now()),
    probes: [
      poolProbe(() => pool.look()),
      tokensProbe(() => pool.look(), tokensOf),
      vaultProbe(stores.vault),
      databaseProbe(stores.database),
    ],
    clock,
    log,
  });
}

function managementOf({ stores, gateway, tokens: { oauth, refresher }, live }: AdminParts): LocalManagement {
  const { accounts } = stores;
  const { pool, clock, log } = gateway;
  const providers = () => live.settings.providers;
  const onSignedIn = refresher.forget.bind(refresher);
  return new LocalManagement({
    ...stores,
    clock,
    test: (account) => testAccount(account, gateway),
    providers,
    signIns: new SignIns({ accounts, providers, oauth: () => oauth, onSignedIn, clock, log }),
    seen: () => pool.look(),
    heal: (id) => {
      pool.heal(id);
    },
    refresh: (account) => refreshNow(refresher, account),
    tokensOf: refresher.seen.bind(refresher),
  });
}
