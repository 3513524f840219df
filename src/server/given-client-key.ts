import type { ClientKeys } from '../access/client-keys.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import { clientKeyVariable, type Environment } from '../config/environment.ts';

/** What the key is called; one at a time. */
const name = 'environment';

/** 32 letters and digits are 128 bits even where they are hex digits. */
const shape = new RegExp(`^${product.keyPrefix}[0-9A-Za-z]{32,200}$`);

/**
 * Takes the client key that the environment brings, where it brings one. On a platform where nobody can run
 * `keys create` before the first start, an address other than loopback could not be listened on without it.
 *
 * A key that was revoked stays revoked. Another value takes the place of the one before.
 *
 * @throws Problem client-key-given; DatabaseError
 */
export async function takeClientKey(keys: ClientKeys, env: Environment): Promise<void> {
  const text = env[clientKeyVariable]?.trim() ?? '';
  if (text === '') return;
  if (!shape.test(text)) throw notAKey();
  const secret = new Secret(text);
  if (keys.knows(secret)) return;
  const before = keys.list().find((key) => key.name === name && key.revokedAt === undefined);
  if (before !== undefined) await keys.revoke(before.id);
  await keys.create({ name }, secret);
}

function notAKey(): Problem {
  return new Problem(
    'client-key-given',
    `${clientKeyVariable} is not a client key: it must be "${product.keyPrefix}" and at least 32 random letters and digits.`,
    `Make one: echo "${product.keyPrefix}$(openssl rand -hex 24)"`,
  );
}
