import { expect, test } from 'bun:test';
import type { AgentView } from '../../src/admin/contract-usage.ts';
import { showSession } from '../../src/cli/session-tree.ts';
import { HandClock } from '../help/a-clock.ts';
import { aScreen } from '../help/a-screen.ts';
import { anAgentView } from '../help/a-view.ts';

function shown(tree: AgentView, columns?: number): string[] {
  const { terminal, out } = aScreen(columns);
  showSession({ terminal, clock: new HandClock() }, { session: '0b9c', tree });
  return out;
}

test('agents stand below the one that started them, with lines that lead there', () => {
  const leaf = anAgentView({ agent: 'leaf' });
  const tree = anAgentView({
    usdWithBranches: 2,
    branches: [
      anAgentView({ agent: 'first', branches: [leaf, leaf] }),
      anAgentView({ agent: 'last', branches: [leaf] }),
    ],
  });
  const [head, , ...rows] = shown(tree);
  expect(head).toMatch(/^0b9c {2}\$2\.00, .*, 20 min long$/);
  expect(rows.map((row) => row.split('  1')[0]?.trimEnd())).toEqual([
    'main',
    '├─ first',
    '│  ├─ leaf',
    '│  └─ leaf',
    '└─ last',
    '   └─ leaf',
  ]);
});

test('a session of thousands of agents, one started by the other, is shown', () => {
  let tree = anAgentView({ agent: 'deepest' });
  for (let depth = 0; depth < 1_000; depth += 1) tree = anAgentView({ agent: 'a', branches: [tree] });
  expect(shown(tree)).toHaveLength(1_003);
});

test('a narrow terminal gets the agents and what they cost', () => {
  const [, heading] = shown(anAgentView(), 44);
  expect(heading).toMatch(/^AGENT .*COST +WITH ITS OWN/);
  expect(heading!.length).toBeLessThanOrEqual(44);
});
