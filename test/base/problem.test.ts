import { expect, it } from 'bun:test';
import { Problem } from '../../src/base/problem.ts';

it('a Problem says what is wrong, what to do, and what was underneath', () => {
  const cause = new Error('EADDRINUSE');
  const problem = new Problem('port-in-use', 'Port 8000 is taken.', 'Choose another with --port.', { cause });
  expect(problem).toBeInstanceOf(Error);
  expect(problem.name).toBe('Problem');
  expect(problem.code).toBe('port-in-use');
  expect(problem.message).toBe('Port 8000 is taken.');
  expect(problem.fix).toBe('Choose another with --port.');
  expect(problem.cause).toBe(cause);
});
