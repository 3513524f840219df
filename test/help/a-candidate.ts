import { compare, plainCandidate, type Candidate, type Policy } from '../../src/accounts/selection.ts';

export interface NamedCandidate extends Candidate {
  readonly name: string;
}

/** An account as a policy sees it: idle, nothing given, nothing used, with `more` of its own. */
export function aCandidate(name: string, more: Partial<Candidate> = {}): NamedCandidate {
  return { ...plainCandidate, name, ...more };
}

/** The names in the order in which `policy` takes them. */
export function inOrder(policy: Policy, ...candidates: NamedCandidate[]): string[] {
  return candidates.toSorted((a, b) => compare(policy, a, b)).map(({ name }) => name);
}

/** Who gets how many of `times` calls that are over at once. */
export function shared(
  policy: Policy,
  times: number,
  ...candidates: NamedCandidate[]
): Record<string, number> {
  const given = new Map(candidates.map(({ name }) => [name, 0]));
  const counts: Record<string, number> = {};
  for (let at = 0; at < times; at += 1) {
    const now = candidates.map((one) => ({ ...one, given: given.get(one.name) ?? 0 }));
    const [first] = now.toSorted((a, b) => compare(policy, a, b));
    if (first === undefined) break;
    given.set(first.name, first.given + 1 / policy.shareOf(first));
    counts[first.name] = (counts[first.name] ?? 0) + 1;
  }
  return counts;
}
