import type { Actor, Audit, Change } from '../access/people/audit.ts';
import { GatewayError } from '../base/errors.ts';
import type { AccountView } from './contract-accounts.ts';
import type { Captures } from './captures.ts';
import type { LogControls } from './control-log.ts';
import type { Management } from './management.ts';
import { mayChange, whoAsks } from './pages/asker.ts';
import type { SettingsManagement } from './settings.ts';
import type { SignInManagement } from './sign-ins.ts';
import type { VaultManagement } from './vault.ts';

/** What nobody asked for. */
const itself: Actor = { name: 'the proxy', via: 'itself', address: '' };

/** On whose behalf this runs, for the log of changes. */
export function actor(): Actor {
  return whoAsks() ?? itself;
}

/** Notes what was done on behalf of whoever asks. */
export type Note = (change: Change) => Promise<void>;

/** Who acts where nobody asks over a connection: a command that changes the home directory by itself. */
export function noteBy(audit: Pick<Audit, 'note'>, otherwise: Actor = itself): Note {
  return (change) => audit.note(whoAsks() ?? otherwise, change);
}

/** The same management, and every change that it makes is written down. Secrets are named, never shown. */
export function audited(inner: Management, note: Note): Management {
  return {
    ...accountsOf(inner, note),
    ...keysOf(inner, note),
    listAccounts: () => inner.listAccounts(),
    getAccount: (name) => inner.getAccount(name),
    listKeys: () => inner.listKeys(),
    vault: auditedVault(inner.vault, note),
    signIns: auditedSignIns(inner.signIns, note),
  };
}

type AccountChangesOf = Omit<
  Management,
  'listAccounts' | 'getAccount' | 'vault' | 'signIns' | `${string}Key` | 'listKeys'
>;

function accountsOf(inner: Management, note: Note): AccountChangesOf {
  const noted = async (
    account: AccountView,
    what: string,
    details?: Change['details'],
  ): Promise<AccountView> => {
    await note({ what: `account.${what}`, subject: account.name, ...(details && { details }) });
    return account;
  };
  return {
    addAccount: async (draft, secret, proxyLogin) => {
      const account = await inner.addAccount(draft, secret, proxyLogin);
      return noted(account, 'added', { kind: account.kind });
    },
    changeAccount: async (name, changes, secrets) => {
      const account = await inner.changeAccount(name, changes, secrets);
      return noted(account, 'changed', { settings: [...named(changes), ...named(secrets)].join(' ') });
    },
    removeAccount: async (name, asOf) => {
      const removal = await inner.removeAccount(name, asOf);
      await noted(removal.account, 'removed');
      return removal;
    },
    setAccountEnabled: async (name, enabled) =>
      noted(await inner.setAccountEnabled(name, enabled), enabled ? 'switched-on' : 'switched-off'),
    testAccount: (name) => inner.testAccount(name),
    refreshAccount: async (name) => noted(await inner.refreshAccount(name), 'refreshed'),
    rotateAccounts: async () => {
      const rotation = await inner.rotateAccounts();
      await noted(rotation.preferred, 'preferred', { before: rotation.before.name });
      return rotation;
    },
    exportAccounts: async (names, passphrase) => {
      const exported = await inner.exportAccounts(names, passphrase);
      await note({ what: 'account.exported', details: { accounts: exported.names.join(', ') } });
      return exported;
    },
    importAccount: async (portable, options) => {
      const imported = await inner.importAccount(portable, options);
      await noted(imported.account, 'imported', { is: imported.is });
      return imported;
    },
  };
}

function keysOf(
  inner: Management,
  note: Note,
): Pick<Management, 'createKey' | 'changeKey' | 'revokeKey' | 'localKey'> {
  return {
    createKey: async (draft) => {
      const created = await inner.createKey(draft);
      const { name, role } = created.view;
      await note({ what: 'key.created', subject: name, details: role === null ? {} : { role } });
      return created;
    },
    changeKey: async (name, changes) => {
      const key = await inner.changeKey(name, changes);
      await note({ what: 'key.changed', subject: key.name, details: { settings: named(changes).join(' ') } });
      return key;
    },
    revokeKey: async (name) => {
      const key = await inner.revokeKey(name);
      await note({ what: 'key.revoked', subject: key.name });
      return key;
    },
    // Commands ask for it at each start of a client: that it was made is written down, not each time.
    localKey: async () => {
      const before = new Set((await inner.listKeys()).map(({ id }) => id));
      const key = await inner.localKey();
      const made = (await inner.listKeys()).find(
        ({ id, hint }) => !before.has(id) && key.reveal().startsWith(hint),
      );
      if (made !== undefined) await note({ what: 'key.created', subject: made.name });
      return key;
    },
  };
}

function auditedVault(inner: VaultManagement, note: Note): VaultManagement {
  return {
    state: () => inner.state(),
    prepare: async (first) => {
      const before = await inner.state();
      const prepared = await inner.prepare(first);
      const { backend, keyId } = await inner.state();
      // Most find a vault that has its key.
      if (keyId !== null && keyId !== before.keyId)
        await note({ what: 'vault.prepared', details: { in: backend ?? 'none' } });
      return prepared;
    },
    rekey: async (target) => {
      const done = await inner.rekey(target);
      await note({ what: 'vault.rekeyed', details: { from: done.from ?? 'none', to: done.to } });
      return done;
    },
    changePassphrase: async (current, next) => {
      await inner.changePassphrase(current, next);
      await note({ what: 'vault.passphrase' });
    },
  };
}

function auditedSignIns(inner: SignInManagement, note: Note): SignInManagement {
  return {
    ways: (name) => inner.ways(name),
    list: () => inner.list(),
    find: (id) => inner.find(id),
    paste: async (id, text) => {
      const flow = await inner.paste(id, text);
      await note({ what: 'account.sign-in-pasted', subject: flow.account });
      return flow;
    },
    cancel: async (id) => {
      const flow = await inner.cancel(id);
      await note({ what: 'account.sign-in-given-up', subject: flow.account });
      return flow;
    },
    begin: async (name, way) => {
      const flow = await inner.begin(name, way);
      await note({ what: 'account.sign-in-begun', subject: flow.account, details: { way } });
      return flow;
    },
  };
}

/** Reading what was said is written down like a change, and is for admins: to who may only look it is a secret. */
export function auditedCaptures(inner: Captures, note: Note): Captures {
  return {
    list: (ask) => inner.list(ask),
    find: (requestId) => inner.find(requestId),
    stock: () => inner.stock(),
    body: async (call, part) => {
      if (!mayChange())
        throw new GatewayError('not_permitted', 'What was said is shown to admins only.', {
          shouldRetry: false,
        });
      const body = await inner.body(call, part);
      await note({ what: 'capture.read', subject: call.file, details: { place: call.place, part } });
      return body;
    },
    destroy: async (day) => {
      const gone = await inner.destroy(day);
      await note({ what: 'capture.destroyed', subject: day ?? 'all' });
      return gone;
    },
  };
}

/** Which settings were changed is written down, and not to what. */
export function auditedSettings(inner: SettingsManagement, note: Note): SettingsManagement {
  return {
    view: () => inner.view(),
    check: (changes) => inner.check(changes),
    save: async (changes, base) => {
      const saved = await inner.save(changes, base);
      await note({ what: 'settings.changed', subject: changes.map(({ key }) => key).join(' ') });
      return saved;
    },
  };
}

export function auditedLog(inner: LogControls, note: Note): LogControls {
  return {
    view: () => inner.view(),
    hold: (level, seconds) => {
      inner.hold(level, seconds);
      void note({ what: 'log.level', details: { level, seconds } });
    },
    release: () => {
      inner.release();
      void note({ what: 'log.level', details: { level: 'settings' } });
    },
  };
}

function named(changes: object | undefined): string[] {
  return Object.keys(changes ?? {});
}
