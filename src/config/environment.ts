import { ownCommand } from '../base/own-command.ts';
import { product } from '../base/product.ts';
import { closest } from './closest.ts';
import type { Flaw } from './flaws.ts';
import type { Gathered, Given } from './given.ts';
import { keyedSections, settingsByKey } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that moves the home directory (`places.ts`). */
export const homeVariable = `${product.envPrefix}HOME`;
/** The variable that names another settings file (`places.ts`). */
export const configVariable = `${product.envPrefix}CONFIG`;
/** The key of the vault: a secret, so it is no setting (`credentials/given.ts`). */
export const keyVariable = `${product.envPrefix}VAULT_KEY`;
/** The passphrase of the vault, likewise. */
export const passphraseVariable = `${product.envPrefix}VAULT_PASSPHRASE`;
/** The password of the Postgres database, likewise (`server/database-given.ts`). */
export const databasePasswordVariable = `${product.envPrefix}DATABASE_PASSWORD`;
/** A client key that is there from the first start on, likewise (`server/given-client-key.ts`). */
export const clientKeyVariable = `${product.envPrefix}CLIENT_KEY`;

const reserved: ReadonlySet<string> = new Set([
  homeVariable,
  configVariable,
  keyVariable,
  passphraseVariable,
  databasePasswordVariable,
  clientKeyVariable,
]);

/**
 * Variables that Kubernetes (and Docker's old links) put into every container for each service of the
 * namespace. A service called `ccproxy` yields CCPROXY_PORT=tcp://10.0.0.1:8000, which is no port.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const injectedName =
  /_SERVICE_(?:HOST|PORT)(?:_[A-Z0-9_]+)?$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const injectedValue = /^(?:tcp|udp|sctp):\/\//;

function isInjected(name: string, value: string): boolean {
  return injectedName.test(name) || (name.endsWith('_PORT') && injectedValue.test(value));
}

/**
 * What the environment says. An empty variable counts as not set. A variable with our prefix that is
 * no setting and not reserved is a flaw: most likely a misspelt one. Values are never repeated.
 */
export function fromEnvironment(env: Environment): Gathered {
  const given: Given[] = [];
  const flaws: Flaw[] = [];
  for (const declared of settingsByKey.values()) {
    const { variables, setting, key } = declared;
    const set = variables.flatMap((variable) => {
      const text = env[variable]?.trim() ?? '';
      return text === '' || isInjected(variable, text) ? [] : [{ variable, text }];
    });
    const [first, second] = set;
    for (const { variable, text } of set) {
      given.push({ declared, value: setting.kind.fromText(text), source: { from: 'environment', variable } });
    }
    if (first !== undefined && second !== undefined && first.text !== second.text) {
      const source = { from: 'environment', variable: second.variable } as const;
      flaws.push({ source, key, wrong: `differs from ${first.variable}`, right: 'set one of the two' });
    }
  }
  return { given, flaws: [...flaws, ...unknownVariables(env)] };
}

function unknownVariables(env: Environment): Flaw[] {
  const known = new Set([...settingsByKey.values()].flatMap(({ variables }) => variables));
  const names = [...known, ...reserved].map(withoutPrefix);
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith(product.envPrefix) && value !== undefined)
    .filter(([name, value]) => !known.has(name) && !reserved.has(name) && !isInjected(name, value ?? ''))
    .map(([variable]) => variable)
    .toSorted()
    .map((variable) => {
      const near = closest(withoutPrefix(variable), names);
      const meant = near === undefined ? listed() : `did you mean ${product.envPrefix}${near}?`;
      const right = onlyInFile(variable) ?? meant;
      return { source: { from: 'environment', variable }, key: undefined, wrong: 'no such setting', right };
    });
}

/** Settings under names that people choose have no variables. */
function onlyInFile(variable: string): string | undefined {
  const section = [...keyedSections.keys()].find((name) =>
    withoutPrefix(variable).startsWith(`${name.toUpperCase()}_`),
  );
  return section === undefined ? undefined : `unset it; [${section}.NAME] is set in the settings file only`;
}

function listed(): string {
  return `unset it; \`${ownCommand('config show')}\` lists the settings`;
}

function withoutPrefix(variable: string): string {
  return variable.slice(product.envPrefix.length);
}
