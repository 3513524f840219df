// The parser of Node as the reference: nothing it refuses may pass here, and what both take must mean the same,
// byte for byte. Where the wire is stricter, it is so on purpose (decision 0007). The long run is llhttp.full.ts.
import { afterAll, expect, it } from 'bun:test';
import { Llhttp } from '../help/a-llhttp.ts';
import { Random } from '../help/a-random.ts';
import { compare } from '../help/compared.ts';

const llhttp = new Llhttp();
afterAll(() => llhttp.close());

it('reads 30,000 cases, valid and spoilt, like llhttp or more strictly', async () => {
  const { cases, same, refused, differences } = await compare(llhttp, new Random(20_260_801), 30_000);
  expect(differences.slice(0, 3)).toEqual([]);
  // The comparison compares something: valid cases, and mistakes that both see.
  expect(Math.min(same, refused)).toBeGreaterThan(cases / 4);
});
