import { expect, it } from 'bun:test';
import { priceFactors } from '../../src/accounts/routes.ts';
import { anAccount } from '../help/an-account.ts';

it('finds the factor of an account by its id and by its name in any case, else 1', () => {
  const factorOf = priceFactors(['WORK=0.8', 'acc_other=2', 'a name=0']);
  expect(['work', 'other', 'A Name', 'third'].map((name) => factorOf(anAccount(name)))).toEqual([
    0.8, 2, 0, 1,
  ]);
});
