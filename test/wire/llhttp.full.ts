// The long run of llhttp.test.ts: SEED picks the cases (a new seed each time otherwise), CASES their number.
import { afterAll, expect, it } from 'bun:test';
import { Llhttp } from '../help/a-llhttp.ts';
import { Random } from '../help/a-random.ts';
import { compare } from '../help/compared.ts';

const total = Number(process.env['CASES'] ?? 2_000_000);
const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const perSeed = 100_000;

const llhttp = new Llhttp();
afterAll(() => llhttp.close());

it(
  `reads ${total} cases like llhttp or more strictly, from seed ${first}`,
  async () => {
    let [same, refused] = [0, 0];
    const stricter = new Map<string, number>();
    for (let done = 0, seed = first; done < total; done += perSeed, seed += 1) {
      const found = await compare(llhttp, new Random(seed), Math.min(perSeed, total - done));
      same += found.same;
      refused += found.refused;
      for (const [name, count] of found.stricter) stricter.set(name, (stricter.get(name) ?? 0) + count);
      expect({ seed, differences: found.differences.slice(0, 3) }).toEqual({ seed, differences: [] });
    }
    const alone = [...stricter].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`);
    console.log(
      `${total} cases: ${same} alike, ${refused} refused by both; by the wire alone:\n${alone.join('\n')}`,
    );
  },
  60 * 60_000,
);
