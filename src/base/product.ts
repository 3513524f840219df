/**
 * The one place where the product says what it is called. A rename is a change of this file and of
 * package.json's `name` and `bin`; `test/base/product.test.ts` holds them together.
 */
export const product = {
  /** For people: headings, help, messages. */
  name: 'Claude Code Proxy',
  /** The binary, the package and the home folder (`~/.<binary>`). */
  binary: 'claude-code-proxy',
  publisher: 'Claude Code Proxy contributors',
  version: '0.1.0',
  /** Prefix of every environment variable that is a setting. */
  envPrefix: 'CCPROXY_',
  /** Prefix of the client keys we hand out, so that scanners and people recognise one. */
  keyPrefix: 'ccp-',
  /** Prefix of the headers that are ours: read from clients, never sent upstream. */
  headerPrefix: 'x-ccproxy-',
  /** Prefix of the metrics that are ours. */
  metricPrefix: 'ccproxy_',
} as const;

/** What calls of our own (refreshes, model lists, capacity checks) say they are. */
export const userAgent = `${product.binary}/${product.version}`;
