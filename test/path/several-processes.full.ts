import { expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dir, '..', '..');

/** Those that start processes themselves, and those that look at what a call left behind before it can have arrived. */
const apart = /^(?:workers|access-line|records|ledger|body-digests)/;

/** Tests with a clock turned by hand stay in one process: others have the clock on the wall. */
test.if(process.platform === 'linux')(
  'whole requests go through two processes as through one: every test of them passes',
  async () => {
    const files = readdirSync(import.meta.dir).filter(
      (name) => name.endsWith('.test.ts') && !apart.test(name),
    );
    const child = Bun.spawn(
      [process.execPath, 'test', '--timeout', '60000', ...files.map((name) => `./test/path/${name}`)],
      {
        cwd: repository,
        env: { ...process.env, CCPROXY_TEST_PROCESSES: '2' },
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'pipe',
      },
    );
    const said = await new Response(child.stderr).text();
    expect(said.split('\n').filter((line) => line.startsWith('(fail)'))).toEqual([]);
    expect([await child.exited, files.length > 20]).toEqual([0, true]);
  },
  900_000,
);
