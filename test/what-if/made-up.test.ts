import { describe, expect, test } from 'bun:test';
import { callsIn, type Step, type Thread } from '../../src/what-if/traffic.ts';
import { aSetup } from './a-setup.ts';

const toml = `
[traffic]
sessions = 60
hours = [9, 17]
weekend = 0
bursts = 0.3
context = 60000
agents = 0.3
[[accounts]]
name = "ann"
`;
const { traffic } = aSetup(toml);

function stepsOf(threads: readonly Thread[]): Step[] {
  return threads.flatMap(({ steps }) => steps.flatMap((step) => [step, ...stepsOf(step.agents)]));
}

describe('made-up traffic', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(aSetup(toml).traffic).toEqual(traffic);
    expect(aSetup(toml, 2).traffic).not.toEqual(traffic);
  });

  test('begins in the hours of working days', () => {
    const begins = traffic.threads.map(({ beginsMs }) => new Date(traffic.start + beginsMs));
    expect(begins.every((moment) => moment.getUTCDay() >= 1 && moment.getUTCDay() <= 5)).toBe(true);
    expect(begins.every((moment) => moment.getUTCHours() >= 9 && moment.getUTCHours() <= 17)).toBe(true);
  });

  test('has prompts that grow, and start over before they are too long', () => {
    const steps = stepsOf(traffic.threads);
    expect(steps.length).toBe(callsIn(traffic.threads));
    expect(steps.filter(({ prompt, known, common }) => known > prompt || common > prompt)).toEqual([]);
    expect(steps.filter(({ prompt }) => prompt > 60_000)).toEqual([]);
    expect(steps.some(({ chapter }) => chapter === 1)).toBe(true);
  });

  test('has subagents, which belong to their session', () => {
    const agents = traffic.threads.flatMap(({ session, steps }) =>
      steps.flatMap((step) => step.agents.map((agent) => [session, agent.session, agent.agent])),
    );
    expect(agents.length).toBeGreaterThan(10);
    expect(agents.every(([one, other, name]) => one === other && name !== undefined)).toBe(true);
  });
});
