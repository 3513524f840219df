import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '../help/a-command.ts';
import { Player, readTranscript } from '../help/a-transcript.ts';

const bench = benches();
const files = readdirSync(import.meta.dir).filter((file) => file.endsWith('.txt'));

test('there are transcripts', () => {
  expect(files.length).toBeGreaterThan(5);
});

for (const file of files) {
  test(`${file.replace('.txt', '').replaceAll('-', ' ')} goes as its transcript says`, async () => {
    const player = new Player(bench());
    const steps = readTranscript(readFileSync(join(import.meta.dir, file), 'utf8'));
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      const seen = await player.play(step);
      const where = `${file}:${step.line}: ${step.command}`;
      // Compared as text only where they differ, so that the failure shows the lines.
      if (!player.fits(step.out, seen.out))
        expect({ where, out: seen.out }).toEqual({ where, out: step.out });
      if (!player.fits(step.err, seen.err))
        expect({ where, err: seen.err }).toEqual({ where, err: step.err });
      expect({ where, code: seen.code }).toEqual({ where, code: step.code });
    }
    // Dozens of programs, one after the other: on a busy machine longer than any other test.
  }, 120_000);
}
