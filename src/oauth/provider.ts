import { readFile } from 'node:fs/promises';
import {
  ClientSecretBasic,
  ClientSecretPost,
  clockSkew,
  clockTolerance,
  None,
  type Client,
  type ClientAuth,
} from 'oauth4webapi';
import { wallClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import type { ProviderSettings } from '../config/settings.ts';
import type { Discovery, First, Metadata } from './discovery.ts';

/** A provider, ready to be asked. */
export interface Provider {
  readonly name: string;
  readonly settings: ProviderSettings;
  /** Its endpoints: those of the settings before those it names itself. */
  readonly server: Metadata;
  readonly client: Client;
  readonly auth: ClientAuth;
  /** The client secret, which an error text might repeat. */
  readonly secrets: readonly string[];
}

export interface ProvidersOptions {
  /** The providers of the settings, asked each time, so that a reload takes effect. */
  readonly providers: () => ReadonlyMap<string, ProviderSettings>;
  /** Of the proxy's process: `client_secret_env` names a variable in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Stands where the library wants a name and nobody has given one; it is never sent or compared. */
const nobody = 'none';

/** Clocks of providers may differ from ours by so much (s). */
const toleratedSeconds = 60;

export const accountsPage = 'docs/accounts.md';

/** The providers of the settings, looked up where they say no more than who they are. */
export class Providers {
  readonly #options: ProvidersOptions;
  readonly #discovery: Discovery;

  constructor(options: ProvidersOptions, discovery: Discovery) {
    this.#options = options;
    this.#discovery = discovery;
  }

  /** @throws Problem provider-unknown */
  settings(name: string): ProviderSettings {
    const all = this.#options.providers();
    const settings = all.get(name);
    if (settings !== undefined) return settings;
    const fix =
      all.size === 0
        ? `Add [providers.${plain(name)}] to config.toml; ${accountsPage} has examples.`
        : `The settings have ${[...all.keys()].join(', ')}; [providers.NAME] in config.toml adds one.`;
    throw new Problem('provider-unknown', `There is no provider "${plain(name)}" in the settings.`, fix);
  }

  /**
   * @param first which document says more for what the provider is asked for
   * @throws Problem provider-unknown, provider-unreachable, provider-unsound, client-secret-missing
   */
  async open(name: string, first: First = 'oauth2'): Promise<Provider> {
    const settings = this.settings(name);
    const secret = await this.#secretOf(name, settings);
    const server = await this.#serverOf(name, settings, first);
    const client: Client = {
      client_id: settings.clientId ?? nobody,
      // The library reads the clock on the wall; what differs from ours is made up for.
      [clockSkew]: Math.round((this.#options.clock.now() - wallClock.now()) / 1000),
      [clockTolerance]: toleratedSeconds,
    };
    const auth = authOf(settings, server, secret);
    return { name, settings, server, client, auth, secrets: secret === undefined ? [] : [secret] };
  }

  async #serverOf(name: string, settings: ProviderSettings, first: First): Promise<Metadata> {
    const { issuer } = settings;
    if (issuer === undefined) return { issuer: nobody, ...ownEndpoints(settings) };
    const found = await this.#discovery.find(issuer, first);
    switch (found.is) {
      case 'found':
        return { ...found.metadata, ...ownEndpoints(settings) };
      case 'unreachable':
        throw new Problem(
          'provider-unreachable',
          `Provider "${name}": ${issuer} ${found.reason}.`,
          `Check the network and providers.${name}.issuer, and try again.`,
        );
      case 'unsound':
        throw new Problem(
          'provider-unsound',
          `Provider "${name}": ${issuer} ${found.reason}.`,
          `Correct providers.${name}.issuer, or name the endpoints one by one; ${accountsPage} has examples.`,
        );
    }
  }

  /** From where the settings say; never from the settings. */
  async #secretOf(name: string, settings: ProviderSettings): Promise<string | undefined> {
    const { clientSecretEnv: variable, clientSecretFile: file } = settings;
    if (variable !== undefined) {
      const secret = this.#options.env[variable] ?? '';
      if (secret !== '') return secret;
      throw missing(`Provider "${name}" has no client secret: ${variable} is not set.`, name, undefined);
    }
    if (file === undefined) return undefined;
    try {
      const secret = (await readFile(file, 'utf8')).trim();
      if (secret !== '') return secret;
    } catch (cause) {
      throw missing(`Provider "${name}" has no client secret: ${messageOf(cause)}.`, name, cause);
    }
    throw missing(`Provider "${name}" has no client secret: ${file} is empty.`, name, undefined);
  }
}

function missing(title: string, name: string, cause: unknown): Problem {
  const fix = `Set the variable for the proxy itself, or correct providers.${name}.client_secret_env or …_file.`;
  return new Problem('client-secret-missing', title, fix, { cause });
}

function ownEndpoints(settings: ProviderSettings): Partial<Metadata> {
  const given = {
    authorization_endpoint: settings.authorizationEndpoint,
    token_endpoint: settings.tokenEndpoint,
    device_authorization_endpoint: settings.deviceAuthorizationEndpoint,
    revocation_endpoint: settings.revocationEndpoint,
  };
  return Object.fromEntries(Object.entries(given).filter(([, url]) => url !== undefined));
}

/** How this client says who it is: with a secret as the server asks for it, else by its name, else not at all. */
function authOf(settings: ProviderSettings, server: Metadata, secret: string | undefined): ClientAuth {
  if (settings.clientId === undefined) {
    return (_, __, body) => {
      body.delete('client_id');
    };
  }
  if (secret === undefined) return None();
  const methods: unknown = server.token_endpoint_auth_methods_supported;
  const isInBody =
    Array.isArray(methods) &&
    methods.includes('client_secret_post') &&
    !methods.includes('client_secret_basic');
  // Where nothing is said, every server takes Basic (RFC 6749 §2.3.1).
  return isInBody ? ClientSecretPost(secret) : ClientSecretBasic(secret);
}

/** A name from outside, for a message. */
function plain(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : '…';
}
