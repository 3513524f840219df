import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import type { Environment } from '../config/environment.ts';

/** How the client shows who it is. */
export type Entrance =
  /** The proxy wants a client key. */
  | { readonly is: 'key'; readonly key: Secret }
  /** The proxy lets everybody on this machine in. */
  | { readonly is: 'open' }
  /** The client's own sign-in goes through; `key` travels beside it where the proxy wants one. */
  | { readonly is: 'passthrough'; readonly key: Secret | undefined };

export interface Variable {
  readonly name: string;
  readonly value: string | Secret;
  /** Why it is set, in words for `--print-env`. */
  readonly why: string;
}

export interface Removed {
  readonly name: string;
  readonly why: string;
}

/** What changes in the environment of Claude Code. */
export interface ClientEnvironment {
  readonly set: readonly Variable[];
  readonly removed: readonly Removed[];
}

/**
 * Sent where no key is needed: Claude Code does not start without a credential, and this one opens
 * nothing. It begins like no key there is, neither ours nor the upstream's.
 */
export const placeholder = 'no-key-needed';

/** Features that Claude Code switches off on a custom base URL, switched on again, and what helps a gateway. */
export const features: readonly Variable[] = [
  { name: 'ENABLE_TOOL_SEARCH', value: 'true', why: 'MCP tool search is off on a custom base URL' },
  {
    name: 'CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING',
    value: '1',
    why: 'fine-grained tool streaming is off by default through a gateway',
  },
  {
    name: 'CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY',
    value: '1',
    why: "reads the proxy's list of models",
  },
  {
    name: 'CLAUDE_CODE_PROPAGATE_TRACEPARENT',
    value: '1',
    why: 'traces can be joined with those of the proxy',
  },
];

/** As long as the proxy waits for an answer that is not streamed. */
export const answerTimeoutMs = '600000';

const timeout: Variable = {
  name: 'API_TIMEOUT_MS',
  value: answerTimeoutMs,
  why: 'long thinking must not be cut off',
};

/** Credentials that would be used beside or before ours. Only those that outrank or accompany it. */
const otherCredentials: readonly Removed[] = [
  { name: 'ANTHROPIC_API_KEY', why: 'it would travel to the proxy beside the token' },
  { name: 'CLAUDE_CODE_OAUTH_TOKEN', why: 'the token of this run replaces it' },
];

/** Switches that send Claude Code elsewhere, whatever the base URL says. */
const otherWays: readonly Removed[] = [
  'CLAUDE_CODE_USE_GATEWAY',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_ANTHROPIC_AWS',
  'CLAUDE_CODE_USE_MANTLE',
].map((name) => ({ name, why: 'it would send calls past the proxy' }));

/** Names that {@link clientEnvironment} removes or sets for a sign-in, for settings files as well. */
export function conflicting(entrance: Entrance): readonly Removed[] {
  return entrance.is === 'passthrough' ? otherWays : [...otherWays, ...otherCredentials];
}

/**
 * What `run` changes for its child and `setup` writes down: the address of the proxy, who the client is,
 * and the features of `gateway-contract.md` §19. `inherited` is the environment as it is.
 */
export function clientEnvironment(
  url: string,
  entrance: Entrance,
  inherited: Environment,
): ClientEnvironment {
  const isSet = (name: string): boolean => (inherited[name] ?? '') !== '';
  const removed = conflicting(entrance).filter(({ name }) => isSet(name));
  const ours = inherited['ANTHROPIC_AUTH_TOKEN'] ?? '';
  // A token of this proxy, or the placeholder, left by an outer `run`: as a sign-in it is none.
  const isLeftOver = ours.startsWith(product.keyPrefix) || ours === placeholder;
  return {
    set: [
      { name: 'ANTHROPIC_BASE_URL', value: url, why: 'calls go to the proxy' },
      ...entranceVariables(entrance, inherited),
      ...features,
      ...(isSet(timeout.name) ? [] : [timeout]),
    ],
    removed:
      entrance.is === 'passthrough' && isLeftOver
        ? [...removed, { name: 'ANTHROPIC_AUTH_TOKEN', why: 'it is of this proxy and no sign-in of yours' }]
        : removed,
  };
}

function entranceVariables(entrance: Entrance, inherited: Environment): Variable[] {
  const token = 'ANTHROPIC_AUTH_TOKEN';
  switch (entrance.is) {
    case 'key':
      return [{ name: token, value: entrance.key, why: 'the client key; replaces a sign-in of your own' }];
    case 'open':
      return [
        {
          name: token,
          value: placeholder,
          why: 'the proxy asks for no key, but Claude Code wants a credential; replaces a sign-in of your own',
        },
      ];
    case 'passthrough': {
      if (entrance.key === undefined) return [];
      const others = inherited['ANTHROPIC_CUSTOM_HEADERS'] ?? '';
      const line = `${product.headerPrefix}key: ${entrance.key.reveal()}`;
      const value = new Secret(others === '' ? line : `${others}\n${line}`);
      return [
        { name: 'ANTHROPIC_CUSTOM_HEADERS', value, why: 'the client key travels beside your own sign-in' },
      ];
    }
  }
}

/** The environment of the child. */
export function applied(inherited: Environment, { set, removed }: ClientEnvironment): Environment {
  const gone = new Set(removed.map(({ name }) => name));
  const kept = Object.entries(inherited).filter(([name]) => !gone.has(name));
  const added = set.map(({ name, value }): [string, string] => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return Object.fromEntries<string | undefined>([...kept, ...added]);
}

/**
 * What running Claude Code through a custom base URL costs, and how to get it back. Only what the client's
 * documentation says. `back` is what somebody does to have it all again.
 */
export function costs(entrance: Entrance, back = 'start `claude` by itself'): string[] {
  return [
    entrance.is === 'passthrough'
      ? 'Your own sign-in goes through to the upstream; the proxy keeps none of it.'
      : 'The accounts of the proxy serve Claude Code this way, not a sign-in of your own.',
    'On a custom base URL Remote Control does not work. Tool search and fine-grained tool streaming are off',
    "there by default; both are switched on again. WebFetch's domain check and the fast-mode check do not come",
    `this way: they go straight to api.anthropic.com. To have everything as before, ${back}.`,
  ];
}
