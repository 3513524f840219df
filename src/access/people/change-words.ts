/** What the log of changes calls things, for people. What is not in here is shown as it is. */
const words: Readonly<Record<string, string>> = {
  'account.added': 'added the account',
  'account.changed': 'changed the account',
  'account.removed': 'removed the account',
  'account.switched-on': 'switched on the account',
  'account.switched-off': 'switched off the account',
  'account.refreshed': 'renewed the token of',
  'account.preferred': 'preferred the account',
  'account.exported': 'exported accounts with their secrets',
  'account.imported': 'imported the account',
  'account.sign-in-begun': 'began to sign in the account',
  'account.sign-in-pasted': 'pasted the code of a sign-in for the account',
  'account.sign-in-given-up': 'gave up signing in the account',
  'account.signed-in': 'signed in the account',
  'key.created': 'made the client key',
  'key.changed': 'changed the client key',
  'key.revoked': 'revoked the client key',
  'vault.prepared': 'chose where the key of the vault is',
  'vault.rekeyed': 'gave the vault another key',
  'vault.passphrase': 'gave the vault another passphrase',
  'capture.read': 'read what was captured',
  'capture.destroyed': 'destroyed captures of',
  'log.level': 'changed the level of the log',
  'settings.reloaded': 'had the settings read again',
  'settings.changed': 'changed the settings',
  'proxy.stopped': 'stopped the proxy',
  'proxy.replaced': 'had another process take the place of the proxy:',
  'person.added': 'gave a password to the new',
  'person.password': 'gave a new password to',
  'person.role': 'changed the role of',
  'person.removed': 'removed',
  'person.signed-out': 'signed out',
  'link.made': 'made a link that signs in once',
  'signed-in': 'signed in',
  'signed-out': 'signed out',
  'signed-out.everywhere': 'signed out everywhere',
  'sign-in.refused': 'was not let in',
  'change.refused': 'may only look, and tried to change something',
};

/** `added the account`, of the words that are kept. */
export function changeWords(what: string): string {
  return words[what] ?? what;
}

/** What else is known of it: `kind: api-key, why: …`. */
export function detailWords(details: Readonly<Record<string, string>>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
