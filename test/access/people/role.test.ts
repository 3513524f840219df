import { expect, it } from 'bun:test';
import { roleFrom } from '../../../src/access/people/role.ts';

it('only a word that is a role becomes one', () => {
  expect(['admin', 'viewer'].map(roleFrom)).toEqual(['admin', 'viewer']);
  for (const text of ['', 'Admin', 'admin ', 'owner', 'constructor', null])
    expect(roleFrom(text)).toBeUndefined();
});
