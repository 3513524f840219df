/** What keeps a proxy from listening as the settings say. */
export const listeningProblems = {
  'exposed-without-keys': {
    exit: 'settings',
    title: 'Other machines could come in, and no client key is required.',
    fix: 'Make a key first (`{self} keys create NAME`), or listen on 127.0.0.1.',
  },
  'exposed-without-tls': {
    exit: 'settings',
    title: 'Other machines could come in, and keys would travel unencrypted.',
    fix: 'Set server.tls_cert and server.tls_key, or server.public_url with server.trusted_proxies.',
  },
  'workers-unsupported': {
    exit: 'settings',
    title: 'Several processes cannot share a port here.',
    fix: 'Set server.workers = 1, or "auto".',
  },
  'succession-unsupported': {
    exit: 'failed',
    title: 'This proxy cannot start its own successor.',
    fix: 'Stop it and start it again where it was started.',
  },
  'succession-failed': {
    exit: 'unreachable',
    title: 'The new process did not come up, and the one before goes on.',
    fix: '`{self} service logs`, or logs/serve.log of one in the background, shows why.',
  },
  'tls-unreadable': {
    exit: 'settings',
    title: 'The TLS certificate or key cannot be read.',
    fix: 'Check server.tls_cert and server.tls_key.',
  },
  'tls-invalid': {
    exit: 'settings',
    title: 'The TLS certificate and key do not go together.',
    fix: 'Give a PEM certificate chain and its own PEM private key.',
  },
} as const;
