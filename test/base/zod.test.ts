import { expect, test } from 'bun:test';
import * as z from 'zod';
import { zod } from '../../src/base/zod.ts';

test('the library that is loaded late is the one that others import, not a second copy', () => {
  expect(zod().object).toBe(z.object);
  expect(zod().NEVER).toBe(z.NEVER);
});
