import { describe, expect, it } from 'bun:test';
import { Passwords } from '../../../src/access/people/passwords.ts';
import { Secret } from '../../../src/base/secret.ts';
import { gatewayErrorOf } from '../../help/a-failure.ts';

const right = new Secret('correct horse battery');

describe('a password', () => {
  it('is kept as argon2id with its own salt, in the form that names its cost', async () => {
    const passwords = new Passwords();
    const [one, two] = await Promise.all([passwords.hash(right), passwords.hash(right)]);
    expect(one).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(one).not.toBe(two);
  });

  it('is right, or not; and nobody has the one that stands for nobody', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash(right);
    expect(await passwords.isRight(right, hash)).toBe(true);
    expect(await passwords.isRight(new Secret('correct horse batterz'), hash)).toBe(false);
    expect(await passwords.isRight(right, undefined)).toBe(false);
  });

  it('is not even looked at where it is empty, or longer than any password', async () => {
    const passwords = new Passwords();
    const long = new Secret('x'.repeat(1_001));
    const hash = await passwords.hash(long);
    expect(await passwords.isRight(long, hash)).toBe(false);
    expect(await passwords.isRight(new Secret(''), hash)).toBe(false);
  });

  it('waits for its turn, and is refused where too many wait', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash(right);
    const many = Array.from({ length: 40 }, () => passwords.isRight(right, hash));
    const ends = await Promise.allSettled(many);
    const refused = ends.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(40 - 18);
    expect((await gatewayErrorOf(many.at(-1)!)).code).toBe('overloaded_here');
    // The places are free again.
    expect(await passwords.isRight(right, hash)).toBe(true);
  });
});
