import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { targets } from '../../scripts/release/targets.ts';
import { sha256Of } from '../../scripts/release/checksums.ts';

test('all nine binaries come out the same, built twice into different folders', async () => {
  const scratch = mkdtempSync(join('dist', 'twice-'));
  try {
    const hashes: string[][] = [];
    for (const time of ['first', 'second']) {
      const folder = join(scratch, time, 'release');
      const words = ['node', 'scripts/release/run.mjs', 'binaries', '--folder', folder];
      expect(Bun.spawnSync(words, { stderr: 'inherit' }).exitCode).toBe(0);
      hashes.push(await Promise.all(targets.map(({ file }) => sha256Of(join(folder, file)))));
    }
    expect(hashes[1]).toEqual(hashes[0] ?? []);
    expect(new Set(hashes[0]).size).toBe(targets.length);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
