/** The problems of signing in to a provider; part of the table in `problem-table.ts`. */
export const oauthProblems = {
  'provider-unknown': {
    exit: 'unknown',
    title: 'There is no such provider in the settings.',
    fix: 'Add [providers.NAME] to config.toml; docs/accounts.md has examples.',
  },
  'provider-incomplete': {
    exit: 'settings',
    title: 'The provider has no client_id.',
    fix: 'Set providers.NAME.client_id; none comes with the program. See docs/accounts.md.',
  },
  'provider-way-missing': {
    exit: 'settings',
    title: 'The provider has no such way to sign in.',
    fix: 'Choose another way, or see providers.NAME.ways in config.toml.',
  },
  'provider-unreachable': {
    exit: 'unreachable',
    title: 'The provider does not answer.',
    fix: 'Check the network and the settings of the provider, and try again.',
  },
  'provider-unsound': {
    exit: 'settings',
    title: 'What the provider answers cannot be built on.',
    fix: 'Correct providers.NAME.issuer, or name the endpoints one by one; docs/accounts.md has examples.',
  },
  'provider-refused': {
    exit: 'failed',
    title: 'The provider refused to begin a sign-in.',
    fix: 'Check client_id, scopes and extra_params of the provider.',
  },
  'client-secret-missing': {
    exit: 'settings',
    title: 'The client secret of the provider is missing.',
    fix: 'Correct providers.NAME.client_secret_env or providers.NAME.client_secret_file.',
  },
  'redirect-port-taken': {
    exit: 'failed',
    title: 'The port that the browser comes back to is in use.',
    fix: 'Stop what listens there, take the port out of redirect_uri, or sign in another way.',
  },
  'sign-ins-full': {
    exit: 'failed',
    title: 'Too many sign-ins are open.',
    fix: 'Finish or cancel one, or wait some minutes: each ends by itself.',
  },
  'sign-in-unknown': {
    exit: 'unknown',
    title: 'There is no such sign-in.',
    fix: 'Begin again; a sign-in is forgotten some minutes after its end.',
  },
  'sign-in-over': { exit: 'failed', title: 'This sign-in has had its answer.', fix: 'Begin again.' },
  'pasted-code-unclear': {
    exit: 'usage',
    title: 'What was pasted holds no code.',
    fix: 'Copy the code the page shows, or the whole address the browser went to.',
  },
  'pasted-code-foreign': {
    exit: 'refused',
    title: 'What was pasted belongs to another sign-in.',
    fix: 'Open the address of this sign-in again and copy what that leads to.',
  },
} as const;
