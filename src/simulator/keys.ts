import { createHash } from 'node:crypto';
import { header, type HeaderList } from '../http/headers.ts';
import { ApiError } from './errors.ts';
import { Limits, type RateLimits } from './limits.ts';
import { Totals } from './totals.ts';
import { Windows, type Subscription } from './windows.ts';

/** One credential of the simulated API and what belongs to it. */
export interface SimulatedKey extends RateLimits {
  /** The credential as clients send it. */
  readonly key: string;
  /** How records, rules and the state call it. */
  readonly name: string;
  /** Keys of one organization and workspace share prompt caches and batches. Left out: one of its own. */
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  /** With it the key has windows and unified headers, as a subscription has. */
  readonly subscription?: Subscription | undefined;
  /** 401 from now on. */
  readonly revoked?: boolean | undefined;
}

/** What may be changed of a key while the simulator runs. */
export type KeyChange = Partial<Omit<SimulatedKey, 'key' | 'name'>>;

/** Keys that anybody may make up (open mode), before the oldest are forgotten. */
const openKeysKept = 10_000;

/** The beta value without which a sign-in's token is refused. */
const oauthBeta = 'oauth-2025-04-20';

export class KeyState {
  settings: SimulatedKey;
  limits: Limits;
  windows: Windows | undefined;
  totals = new Totals();
  readonly #ownOrganization: string;
  readonly #ownWorkspace: string;

  constructor(settings: SimulatedKey, now: number) {
    this.settings = settings;
    this.#ownOrganization = madeUp('', `organization of ${settings.key}`);
    this.#ownWorkspace = madeUp('wrkspc_', `workspace of ${settings.key}`);
    this.limits = new Limits(settings, now);
    this.windows = settings.subscription === undefined ? undefined : new Windows(settings.subscription, now);
  }

  get name(): string {
    return this.settings.name;
  }

  get organization(): string {
    return this.settings.organization ?? this.#ownOrganization;
  }

  get workspace(): string {
    return this.settings.workspace ?? this.#ownWorkspace;
  }

  /** Where prompt caches, batches and managed objects belong. */
  get scope(): string {
    return `${this.organization}/${this.workspace}`;
  }

  change(change: KeyChange, now: number): void {
    this.settings = { ...this.settings, ...change };
    this.limits = new Limits(this.settings, now);
    if (change.subscription !== undefined) this.windows = new Windows(change.subscription, now);
  }

  /** Full buckets, unused windows, nothing counted. */
  restart(now: number): void {
    this.change({}, now);
    const { subscription } = this.settings;
    this.windows = subscription === undefined ? undefined : new Windows(subscription, now);
    this.totals = new Totals();
  }

  /** Rate-limit headers of an answer about `model`. */
  limitHeaders(model: string, now: number): string[] {
    return [...this.limits.headers(now), ...(this.windows?.headers(model, now) ?? [])];
  }
}

/** Credentials that come and go: the tokens of sign-ins. */
export interface Passing {
  /** Whose token it is, `dead` where it is good no more, undefined where it is none. */
  keyOf(credential: string, now: number): KeyState | 'dead' | undefined;
  keys(): KeyState[];
}

/** All keys: those of the settings, of sign-ins, and in open mode whatever callers bring. */
export class KeyRing {
  readonly #byCredential = new Map<string, KeyState>();
  readonly #opened = new Map<string, KeyState>();
  readonly #isOpen: boolean;
  readonly #passing: Passing;
  /** Stands in where an endpoint asks for no credential. */
  readonly nobody: KeyState;

  constructor(keys: readonly SimulatedKey[], isOpen: boolean, passing: Passing, now: number) {
    for (const key of keys) this.#byCredential.set(key.key, new KeyState(key, now));
    this.#isOpen = isOpen;
    this.#passing = passing;
    this.nobody = new KeyState({ key: '', name: 'nobody' }, now);
  }

  all(): KeyState[] {
    return [...this.#byCredential.values(), ...this.#passing.keys(), ...this.#opened.values()];
  }

  named(name: string): KeyState | undefined {
    return this.all().find((key) => key.name === name);
  }

  /** The key `headers` name, known or opened just now; undefined where there is none. Judges nothing. */
  find(headers: HeaderList, now: number): KeyState | undefined {
    const { value: credential, via } = credentialOf(headers) ?? {};
    if (credential === undefined) return undefined;
    const signedIn = this.#passing.keyOf(credential, now);
    if (signedIn !== undefined) return signedIn === 'dead' || via !== 'bearer' ? undefined : signedIn;
    const known = this.#byCredential.get(credential) ?? this.#opened.get(credential);
    if (known !== undefined || !this.#isOpen) return known;
    const opened = new KeyState({ key: credential, name: madeUp('open-', credential).slice(0, 13) }, now);
    if (this.#opened.size >= openKeysKept) {
      for (const oldest of this.#opened.keys()) {
        this.#opened.delete(oldest);
        break;
      }
    }
    this.#opened.set(credential, opened);
    return opened;
  }
}

/**
 * Refuses what the API refuses: no credential, an unknown or revoked one, a refresh token, a sign-in's
 * token without its beta value, a workspace that is not the key's.
 *
 * @throws ApiError 401 or 403
 */
export function checkCredential(headers: HeaderList, key: KeyState | undefined): asserts key is KeyState {
  const credential = credentialOf(headers);
  if (credential === undefined) throw new ApiError(401, 'x-api-key header is required');
  const isBearer = credential.via === 'bearer';
  if (key === undefined || key.settings.revoked === true || credential.value.startsWith('sk-ant-ort'))
    throw new ApiError(401, isBearer ? 'Invalid bearer token' : 'invalid x-api-key');
  if (credential.value.startsWith('sk-ant-oat')) {
    if (!isBearer) throw new ApiError(401, 'invalid x-api-key');
    if (!betasOf(headers).includes(oauthBeta))
      throw new ApiError(401, 'OAuth authentication is currently not supported.');
  }
  const workspace = header(headers, 'anthropic-workspace-id');
  if (workspace !== undefined && workspace !== key.workspace)
    throw new ApiError(
      403,
      'The workspace of anthropic-workspace-id is not the workspace of this credential.',
    );
}

interface Credential {
  readonly value: string;
  readonly via: 'x-api-key' | 'bearer';
}

/** `x-api-key` stands before `authorization` where both are sent. */
function credentialOf(headers: HeaderList): Credential | undefined {
  const key = header(headers, 'x-api-key');
  if (key !== undefined && key !== '') return { value: key, via: 'x-api-key' };
  const [, token] = /^bearer +(\S+)$/i.exec(header(headers, 'authorization') ?? '') ?? [];
  return token === undefined ? undefined : { value: token, via: 'bearer' };
}

/** The beta values of all `anthropic-beta` headers, in order. */
export function betasOf(headers: HeaderList): string[] {
  const betas: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() !== 'anthropic-beta') continue;
    betas.push(...(headers[at + 1] ?? '').split(',').map((beta) => beta.trim()));
  }
  return betas.filter((beta) => beta !== '');
}

/** The same made-up id for the same words, in the form of a UUID without a prefix. */
function madeUp(prefix: string, words: string): string {
  const digest = createHash('sha256').update(words).digest('hex');
  if (prefix !== '') return `${prefix}${digest.slice(0, 24)}`;
  return [8, 12, 16, 20, 32].map((end, at) => digest.slice([0, 8, 12, 16, 20][at], end)).join('-');
}
