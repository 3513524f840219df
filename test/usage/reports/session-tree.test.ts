import { expect, test } from 'bun:test';
import type { CallRow } from '../../../src/database/tables.ts';
import { callRow } from '../../help/a-call-row.ts';
import { sessionTree, type AgentBranch } from '../../../src/usage/reports/session-tree.ts';
import { aCallRecord, aCost } from '../../help/a-call-record.ts';

let id = 0;

/** A call of `agent` (the conversation itself: ''), that `parent` started, for so many millionths of a dollar. */
function call(agent: string, parent?: string, microUsd = 1): CallRow {
  id += 1;
  return callRow(
    id,
    aCallRecord({
      startedAt: 1_000_000 + id * 1_000,
      agent: agent === '' ? undefined : agent,
      parentAgent: parent,
      cost: aCost({ microUsd }),
    }),
  );
}

type Shape = [string, ...Shape[]];

function shapeOf({ agent, branches }: AgentBranch): Shape {
  return [agent, ...branches.map(shapeOf)];
}

const sizeOf = ({ branches }: AgentBranch): number =>
  branches.reduce((sum, branch) => sum + sizeOf(branch), 1);

test('agents hang on the agent that started them, in the order in which they began', () => {
  const tree = sessionTree([call(''), call('b'), call('a', 'b'), call('c'), call('d', 'a'), call('b')]);
  expect(shapeOf(tree)).toEqual(['', ['b', ['a', ['d']]], ['c']]);
});

test('each branch tells its own cost, and that of all that grew out of it', () => {
  const tree = sessionTree([call('', undefined, 1), call('b', undefined, 10), call('a', 'b', 100)]);
  expect(tree).toMatchObject({ microUsd: 1, microUsdWithBranches: 111 });
  expect(tree.branches[0]).toMatchObject({ microUsd: 10, microUsdWithBranches: 110, calls: 1 });
});

test('an agent whose parent made no call that is kept hangs on the session', () => {
  expect(shapeOf(sessionTree([call('a', 'gone'), call('b', 'a')]))).toEqual(['', ['a', ['b']]]);
});

test('agents that name each other as parents hang on the session, with what hangs on them', () => {
  const tree = sessionTree([call('a', 'b'), call('b', 'a'), call('c', 'a'), call('self', 'self')]);
  expect(shapeOf(tree)).toEqual(['', ['a', ['c']], ['b'], ['self']]);
  expect(tree.microUsdWithBranches).toBe(4);
});

test('no call is lost in a tree of thousands of agents, whatever parents they name', () => {
  const agents = 4_000;
  const wide = Array.from({ length: agents }, (_, at) => call(`w${at}`, `w${(at * 7_919) % agents}`));
  const deep = Array.from({ length: agents }, (_, at) => call(`d${at}`, at === 0 ? undefined : `d${at - 1}`));
  const tree = sessionTree([...wide, ...deep]);
  expect(sizeOf(tree)).toBe(2 * agents + 1);
  expect(tree.microUsdWithBranches).toBe(2 * agents);
});

test('errors and what broke off count as errors; models and accounts are named once', () => {
  const error = callRow(1, aCallRecord({ ended: 'error' }));
  const cut = callRow(2, aCallRecord({ ended: 'cut', model: 'other', accountName: 'bob' }));
  const left = callRow(3, aCallRecord({ ended: 'client-left' }));
  const tree = sessionTree([error, cut, left]);
  expect(tree).toMatchObject({
    errors: 2,
    models: ['claude-sonnet-4-5-20250929', 'other'],
    accounts: ['ann', 'bob'],
  });
});

test('a session without calls is one empty branch', () => {
  expect(sessionTree([])).toMatchObject({ agent: '', calls: 0, firstAt: 0, lastAt: 0, branches: [] });
});
