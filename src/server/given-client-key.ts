import { isBrought, type ClientKey, type ClientKeys } from '../access/client-keys.ts';
import type { ClientKeySettings } from '../access/key-draft.ts';
import { settingsIn } from '../access/key-row.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import { clientKeyVariable, type Environment } from '../config/environment.ts';

/** What the key is called; where somebody has a key of that name, the next number is put behind it. */
const name = 'environment';

/** 32 letters and digits are 128 bits even where they are hex digits. */
const shape = new RegExp(`^${product.keyPrefix}[0-9A-Za-z]{32,200}$`);

/** What a person decides about a key, but for its name. */
type Decided = Omit<ClientKeySettings, 'name'>;

export interface GivenOptions {
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes the client key that the environment brings, where it brings one. On a platform where nobody can run
 * `keys create` before the first start, an address other than loopback could not be listened on without it.
 *
 * A key that was revoked stays revoked. Another value takes the place of the one before, with what was decided about
 * that one; where the variable is gone, so is its key. Keys that people made are never touched, whatever their names.
 *
 * @throws Problem client-key-given; DatabaseError
 */
export async function takeClientKey(keys: ClientKeys, { env, clock, log }: GivenOptions): Promise<void> {
  const secret = givenIn(env);
  const known = secret && keys.keyOf(secret);
  if (known?.revokedAt !== undefined) {
    // Another replica may have a newer value already: what that brought stays.
    log.warn('the client key of the environment was revoked', { variable: clientKeyVariable, id: known.id });
    return;
  }
  const brought = keys.list().filter(isBrought);
  const good = brought.filter(({ revokedAt }) => revokedAt === undefined);
  for (const key of good) if (key.id !== known?.id) await keys.revoke(key.id);
  if (secret === undefined || known !== undefined) return;
  const before = good.at(-1) ?? brought.at(-1);
  await bring(keys, secret, before === undefined ? { owner: '' } : decidedOf(before, clock.now()));
}

/** @throws Problem client-key-given */
function givenIn(env: Environment): Secret | undefined {
  const text = env[clientKeyVariable]?.trim() ?? '';
  if (text === '') return undefined;
  if (!shape.test(text)) throw notAKey();
  return new Secret(text);
}

/** What was decided about `key`, for the one in its place; a moment that has passed is not one to expire at. */
function decidedOf(key: ClientKey, now: number): Decided {
  const { name: _name, expiresAt, ...decided } = settingsIn(key);
  return expiresAt === undefined || expiresAt <= now ? decided : { ...decided, expiresAt };
}

/** Makes the key, under the first name that is free. */
async function bring(keys: ClientKeys, secret: Secret, decided: Decided): Promise<void> {
  for (let number = 1; ; number++) {
    try {
      await keys.create({ ...decided, name: number === 1 ? name : `${name}-${number}` }, secret);
      return;
    } catch (error) {
      await keys.reload();
      // Another replica has brought it meanwhile.
      if (keys.keyOf(secret) !== undefined) return;
      if (!(error instanceof Problem) || error.code !== 'key-name-taken') throw error;
    }
  }
}

function notAKey(): Problem {
  return new Problem(
    'client-key-given',
    `${clientKeyVariable} is not a client key: it must be "${product.keyPrefix}" and at least 32 random letters and digits.`,
    `Make one: echo "${product.keyPrefix}$(openssl rand -hex 24)"`,
  );
}
