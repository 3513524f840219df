import { hmacSha256 } from '../base/hash.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { configVariable, homeVariable, type Environment } from '../config/environment.ts';
import { isSame, type StartEnvironment } from './run-file.ts';

/** What a proxy behaves by: its own variables, proxies on the way out, certificates. */
const counted = new RegExp(
  `^(?:${product.envPrefix}.+|(?:https?|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$`,
  'i',
);
/** Whoever starts a proxy in the background sets these, or says the same by other means. */
const setAnyway = [
  homeVariable,
  configVariable,
  `${product.envPrefix}LOG_TERMINAL`,
  `${product.envPrefix}LAUNCHER`,
];

export function startEnvironment(env: Environment, token: Secret): StartEnvironment {
  const set = Object.entries(env)
    .filter(([name, value]) => counted.test(name) && !setAnyway.includes(name) && (value ?? '') !== '')
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const seal = hmacSha256(token.reveal())
    .update(`environment\n${JSON.stringify(set)}`)
    .digest('base64url');
  return { names: set.map(([name]) => name), seal };
}

/** The variables in which `env` is not what a proxy was started with: those of one of the two, else all; none where it is. */
export function otherVariables(started: StartEnvironment, env: Environment, token: Secret): string[] {
  const now = startEnvironment(env, token);
  if (isSame(now.seal, started.seal)) return [];
  const all = [...new Set([...started.names, ...now.names])];
  const ofOne = all.filter((name) => started.names.includes(name) !== now.names.includes(name));
  return ofOne.length > 0 ? ofOne : all;
}
