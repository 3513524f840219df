// The parser of Node as the reference: nothing it refuses may pass here, and what both take must mean the same,
// byte for byte. Where the wire is stricter, it is so on purpose (decision 0007). The long run is llhttp.full.ts.
import { afterAll, describe, expect, it } from 'bun:test';
import { Llhttp } from '../help/a-llhttp.ts';
import { Random } from '../help/a-random.ts';
import { compare, compareOne } from '../help/compared.ts';
import { strictExamples, strictnesses } from '../help/stricter.ts';

const llhttp = new Llhttp();
afterAll(() => llhttp.close());

it('reads 30,000 cases, valid and spoilt, like llhttp or more strictly', async () => {
  const { cases, same, refused, differences } = await compare(llhttp, new Random(20_260_801), 30_000);
  expect(differences.slice(0, 3)).toEqual([]);
  // The comparison compares something: valid cases, and mistakes that both see.
  expect(Math.min(same, refused)).toBeGreaterThan(cases / 4);
});

describe('the wire alone refuses', () => {
  it('what has an example here, and nothing else', () => {
    expect(Object.keys(strictExamples).toSorted()).toEqual(strictnesses.toSorted());
  });

  it.each(Object.entries(strictExamples))('%s', async (name, text) => {
    const kind = /^\s*HTTP/.test(text) ? 'answer' : 'request';
    const given = { kind, text, cuts: [], isValid: false, asked: 'GET', ends: false } as const;
    const { differences, stricter } = await compareOne(llhttp, given);
    expect({ differences, stricter: [...stricter.keys()] }).toEqual({ differences: [], stricter: [name] });
  });
});
