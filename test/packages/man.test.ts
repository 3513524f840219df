import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { manualPage } from '../../scripts/release/packages/man.ts';
import { declare } from '../../src/cli/program.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const folders = temporaryFolders();
const groff = process.platform === 'linux' ? aSystemPart('groff', 'groff-base') : undefined;
const program = declare(() => Promise.resolve(), { write: () => {} });
const page = manualPage(program, '1.2.3', '2026-05-05');

test('it tells every command with its options, and what the program exits with', () => {
  for (const heading of ['.SS auth add', '.SS serve', '.SS keys create', '.SS completion'])
    expect(page).toContain(heading);
  expect(page).toContain(String.raw`.B \-\-secret\-stdin`);
  expect(page).toContain('.SH EXIT STATUS');
  expect(page).toStartWith(String.raw`.TH CLAUDE\-CODE\-PROXY 1 2026-05-05 "claude-code-proxy 1.2.3"`);
});

test.skipIf(groff === undefined)('the formatter of manual pages has nothing to say about it', () => {
  const file = join(folders(), 'page.1');
  writeFileSync(file, page);
  const done = Bun.spawnSync(['groff', '-man', '-Tutf8', '-ww', '-z', file]);
  expect(done.stderr.toString()).toBe('');
  expect(done.exitCode).toBe(0);
});
