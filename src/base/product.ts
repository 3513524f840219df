/** What a build says of itself; `scripts/release/stamp.ts` writes it into the program. */
export interface Build {
  /** Of the release; that of the sources where nothing else was asked for. */
  readonly version: string;
  /** Forty hex digits; `unknown` in a checkout, and where it was built from files that are in no commit. */
  readonly commit: string;
  /** The commit's, ISO 8601 in UTC; `unknown` likewise. */
  readonly date: string;
  /** The name of the released binary without the product's: `linux-amd64`; `source` in a checkout. */
  readonly target: string;
}

/** Replaced by the compiler (`--define`); in a checkout nobody has declared it. */
declare const BUILD: Build;

const sourceVersion = '0.1.0';

/** Which build this is. */
export const build: Build =
  typeof BUILD === 'undefined'
    ? { version: sourceVersion, commit: 'unknown', date: 'unknown', target: 'source' }
    : BUILD;

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
  version: build.version,
  /** The folder where the newest release is published, an https URL; none until the owner has decided on one. */
  feed: undefined as string | undefined,
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
