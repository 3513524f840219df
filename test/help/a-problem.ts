import { Problem } from '../../src/base/problem.ts';

/** The Problem that `promise` rejects with; fails the test when it resolves, or rejects with anything else. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('expected a Problem, but nothing went wrong');
}
