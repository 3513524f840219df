import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { ProviderSettings } from '../config/settings.ts';
import { ways, type Way } from '../config/settings-providers.ts';
import { authorizationRequest } from './authorization.ts';
import { beginDevice, pollDevice, type NoDeviceCode } from './device.ts';
import type { FlowState, FlowView, SignIn } from './flow.ts';
import type { Flows } from './flows.ts';
import type { World } from './grants.ts';
import { openLoopback } from './loopback.ts';
import type { Page } from './page.ts';
import { accountsPage, type Provider, type Providers } from './provider.ts';
import { RedirectFlow } from './redirect-flow.ts';
import { RunningFlow } from './running-flow.ts';

export interface SignInOptions {
  readonly providers: Providers;
  readonly flows: Flows;
  readonly world: World;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

/** How long a person may take with a browser (ms). */
const browserMs = 10 * 60_000;

/** Ports that nobody is given by registration (RFC 6335 §6): where a browser is sent in vain. */
const [firstFreePort, freePorts] = [49_152, 16_384];

/** Begins sign-ins. */
export class SignInDesk {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** The ways that `provider` has and the settings allow. */
  async ways(name: string): Promise<readonly Way[]> {
    const provider = await this.#options.providers.open(name);
    return ways.filter(
      (way) => obstacle(provider.settings, way) === undefined && hasEndpoints(provider, way),
    );
  }

  async begin(signIn: SignIn): Promise<FlowView> {
    const { providers, flows } = this.#options;
    const name = signIn.provider;
    const hindered = obstacle(providers.settings(name), signIn.way);
    if (hindered !== undefined) throw hindered(name);
    const release = flows.reserve();
    try {
      const provider = await providers.open(name);
      if (!hasEndpoints(provider, signIn.way)) throw wayMissing(name, signIn.way);
      const isDevice = signIn.way === 'device';
      const flow = await (isDevice ? this.#device(signIn, provider) : this.#redirect(signIn, provider));
      return flow.view;
    } finally {
      release();
    }
  }

  /** A browser goes to the provider and comes back, to us or with something to paste. */
  async #redirect(signIn: SignIn, provider: Provider): Promise<RunningFlow> {
    const { flows, random, world } = this.#options;
    const waiting = Promise.withResolvers<RedirectFlow>();
    const visit = async (answer: URLSearchParams): Promise<Page> => (await waiting.promise).visit(answer);
    const loopback =
      signIn.way === 'loopback' ? await openLoopback(provider.settings.redirectUri, visit) : undefined;
    try {
      const redirectUri = loopback?.redirectUri ?? this.#deadEnd(provider.settings);
      const request = await authorizationRequest(provider, redirectUri, random);
      const flow = this.#flow(signIn, browserMs, { is: 'needs-user', do: 'open', url: request.url });
      const redirect = new RedirectFlow(flow, provider, request, world);
      waiting.resolve(redirect);
      flow.over.signal.addEventListener('abort', () => loopback?.close());
      flows.keep(flow, (text) => redirect.paste(text));
      return flow;
    } catch (error) {
      loopback?.close();
      throw error;
    }
  }

  /** Where the browser goes when nobody here can be reached from it. */
  #deadEnd({ pasteRedirectUri, redirectUri }: ProviderSettings): string {
    if (pasteRedirectUri !== undefined) return pasteRedirectUri;
    const url = new URL(redirectUri);
    const [high = 0, low = 0] = this.#options.random(2);
    if (url.port === '') url.port = String(firstFreePort + ((high * 256 + low) % freePorts));
    return url.href;
  }

  /** A code that is entered in any browser. */
  async #device(signIn: SignIn, provider: Provider): Promise<RunningFlow> {
    const { flows, world } = this.#options;
    const given = await beginDevice(provider, world);
    if ('is' in given) throw notBegun(provider, given);
    const flow = this.#flow(signIn, given.expiresInSeconds * 1000, given.state);
    flows.keep(flow, undefined);
    void pollDevice(flow, provider, given, world);
    return flow;
  }

  #flow(signIn: SignIn, lifeMs: number, state: FlowState): RunningFlow {
    const { random, world, log } = this.#options;
    const startedAt = world.clock.now();
    const id = Buffer.from(random(16)).toString('base64url');
    return new RunningFlow(signIn, { id, startedAt, expiresAt: startedAt + lifeMs, state }, log);
  }
}

/** What in the settings stands in the way, before anybody is asked. */
function obstacle(settings: ProviderSettings, way: Way): ((name: string) => Problem) | undefined {
  if (!settings.ways.includes(way)) return (name) => wayMissing(name, way);
  if (way !== 'device' && settings.clientId === undefined) return clientIdMissing;
  return undefined;
}

function hasEndpoints({ server }: Provider, way: Way): boolean {
  const first = way === 'device' ? server.device_authorization_endpoint : server.authorization_endpoint;
  return first !== undefined && server.token_endpoint !== undefined;
}

function clientIdMissing(name: string): Problem {
  const fix = `Register ${product.name} with the provider and set providers.${name}.client_id to what it gives you; none comes with the program. See ${accountsPage}.`;
  return new Problem('provider-incomplete', `Provider "${name}" has no client_id.`, fix);
}

const keyOf = { device: 'device_authorization_endpoint', loopback: 'authorization_endpoint' } as const;

function wayMissing(name: string, way: Way): Problem {
  const endpoint = keyOf[way === 'device' ? 'device' : 'loopback'];
  const fix = `Choose another way, or see providers.${name}.ways and providers.${name}.${endpoint} in config.toml.`;
  return new Problem('provider-way-missing', `Provider "${name}" has no sign-in by ${way}.`, fix);
}

/** Errors by which a provider says that it wants to know who asks. */
const wantsName: ReadonlySet<string> = new Set(['invalid_client', 'invalid_request', 'unauthorized_client']);

function notBegun({ name, settings }: Provider, given: NoDeviceCode): Problem {
  const again = 'Try again later.';
  switch (given.is) {
    case 'unreachable':
      return new Problem('provider-unreachable', `Provider "${name}" ${given.reason}.`, again);
    case 'unsound':
      return new Problem('provider-unsound', `Provider "${name}" ${given.reason}.`, again);
    case 'refused': {
      if (settings.clientId === undefined && wantsName.has(given.code)) return clientIdMissing(name);
      const fix = `Check client_id, scopes and extra_params of providers.${name}; the words are the provider's.`;
      return new Problem('provider-refused', `Provider "${name}" refused: ${given.reason}.`, fix);
    }
  }
}
