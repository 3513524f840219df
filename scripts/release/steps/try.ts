// Tries binaries of this machine's system, wherever they were built: node scripts/release/run.mjs try --targets NAMES
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { targetsNamed } from '../targets.ts';

const { values } = parseArgs({
  options: { targets: { type: 'string' }, folder: { type: 'string', default: join('dist', 'release') } },
});
for (const { name, file } of targetsNamed(values.targets)) {
  const path = join(values.folder, file);
  // What travels as an artifact of a workflow loses that it can be started.
  if (process.platform !== 'win32') Bun.spawnSync(['chmod', '755', path]);
  const tests = readdirSync(join('test', 'binary')).filter((test) => test.endsWith('.binary.ts'));
  const done = Bun.spawnSync(
    [process.execPath, 'test', '--timeout', '300000', ...tests.map((test) => `./test/binary/${test}`)],
    {
      env: { ...process.env, RELEASE_FOLDER: values.folder, RELEASE_TRY: name },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (done.exitCode !== 0) process.exitCode = 1;
}
