import { expect, test } from 'bun:test';
import { sessionTree, type AgentBranch } from '../../src/usage/reports/session-tree.ts';
import { aCallRecord } from '../help/a-call-record.ts';
import { callRow } from '../help/a-call-row.ts';

/*
 * The attack: whoever may call sends twelve thousand calls of one session, each of another agent that says the one
 * before it is its parent. Whoever then looked at the session had the proxy climb every chain from every agent, on the
 * thread that carries the streams: it stood still for half a minute, and then the stack overflowed.
 */

function chain(length: number, first = 0) {
  return Array.from({ length }, (_, at) =>
    callRow(at, aCallRecord({ agent: `agent-${first + at}`, parentAgent: `agent-${first + at - 1}` })),
  );
}

function depthOf({ branches }: AgentBranch): number {
  return 1 + branches.reduce((deepest, one) => Math.max(deepest, depthOf(one)), 0);
}

function agentsIn({ branches }: AgentBranch): number {
  return branches.reduce((sum, one) => sum + agentsIn(one), branches.length);
}

test('a chain of a hundred thousand agents is a tree of a bounded depth, and nobody is missing', () => {
  const tree = sessionTree(chain(100_000));
  expect(depthOf(tree)).toBeLessThanOrEqual(52);
  expect(agentsIn(tree)).toBe(100_000);
  const each = aCallRecord().cost?.microUsd ?? 0;
  expect(tree.microUsdWithBranches / (100_000 * each)).toBeCloseTo(1, 9);
});

test('agents that nest as deep as any client has them keep their places', () => {
  expect(depthOf(sessionTree(chain(40)))).toBe(41);
});
