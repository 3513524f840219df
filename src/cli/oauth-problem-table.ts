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
  'sign-in-unneeded': {
    exit: 'usage',
    title: 'The account is not signed in: it is of another kind.',
    fix: 'Only accounts of the kind oauth sign in at a provider.',
  },
  'sign-in-ways-differ': {
    exit: 'usage',
    title: 'More than one way to sign in was asked for.',
    fix: 'Give one of --browser, --no-browser (or --code-stdin) and --device.',
  },
  'provider-differs': {
    exit: 'usage',
    title: '"{name}" signs in at {provider}; that is fixed.',
    fix: 'Leave --provider out, or choose another name for a new account.',
  },
  'code-missing': {
    exit: 'usage',
    title: 'No code was given.',
    fix: 'Run the command at a terminal and paste the code, or write it to standard input with --code-stdin.',
  },
  'sign-in-denied': { exit: 'refused', title: '{reason}', fix: 'Begin again, and allow it.' },
  'sign-in-expired': {
    exit: 'failed',
    title: '{reason}',
    fix: 'Begin again; a sign-in is open for minutes.',
  },
  'sign-in-cancelled': { exit: 'refused', title: '{reason}', fix: 'Begin again.' },
  'sign-in-refused': {
    exit: 'failed',
    title: '{reason}',
    fix: 'Begin again; if it stays so, check client_id, scopes and redirect_uri of the provider in config.toml.',
  },
  'sign-in-unreachable': {
    exit: 'unreachable',
    title: '{reason}',
    fix: 'Check the network and begin again.',
  },
  'sign-in-unsound': {
    exit: 'settings',
    title: '{reason}',
    fix: 'Check issuer and endpoints of the provider in config.toml; docs/accounts.md has examples.',
  },
  'sign-in-not-kept': {
    exit: 'failed',
    title: 'The sign-in went well, but its tokens could not be stored: {reason}',
    fix: 'Put that right and begin again.',
  },
} as const;
