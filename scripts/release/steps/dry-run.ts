// A whole release without publishing it: node scripts/release/run.mjs dry-run [--from VERSION --to VERSION]
// Two versions are built for this machine, signed with a key of the moment and served on a free port; the first is
// installed by the script of the release, serves, is updated to the second, goes back, and is uninstalled. Everything
// happens in a folder that is removed afterwards. What a person would do, in that order; the first surprise ends it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { product } from '../../../src/base/product.ts';
import { hostTarget } from '../targets.ts';
import { Feed, Journey } from '../journey.ts';

const { values } = parseArgs({
  options: { from: { type: 'string', default: '0.1.0' }, to: { type: 'string', default: '0.1.1' } },
});
const { from, to } = values;
const scratch = mkdtempSync(join(tmpdir(), 'dry-run-'));
const feed = new Feed(scratch);
const journey = new Journey(scratch);

try {
  journey.says('a release of each version, signed');
  for (const version of [from, to]) feed.build(version, hostTarget().name);
  feed.offer(from);

  journey.says(`installing ${from} by the script of the release`);
  const script = join(scratch, 'install.sh');
  writeFileSync(script, await (await fetch(`${feed.url}/install.sh`)).text());
  const options = ['--to', journey.bin, '--from', feed.url, '--key', feed.publicKey];
  await journey.run(['sh', script, ...options]);
  await journey.expect(['--version'], `${product.binary} ${from}`);

  journey.says('it serves, with an account');
  mkdirSync(journey.home, { recursive: true, mode: 0o700 });
  const settings = `[update]\nfeed_url = "${feed.url}/"\nkeys = ["${feed.publicKey}"]\n`;
  writeFileSync(join(journey.home, 'config.toml'), settings, { mode: 0o600 });
  await journey.expect(
    ['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'],
    'added work',
    'sk-ant-api03-dry-run',
  );
  await journey.expect(['run', '--', 'true'], '');
  const served = await journey.health();
  await journey.expect(['update', '--check'], `${from} is the newest version`);

  journey.says(`updating to ${to}`);
  feed.offer(to);
  await journey.expect(['update', '--check'], to);
  await journey.whileCalled(served.url, () => journey.expect(['update'], `from ${from} to ${to}`));
  await journey.expect(['--version'], `${product.binary} ${to}`);
  journey.holds((await journey.health()).url === served.url, 'the new version serves at the same address');
  journey.holds((await journey.health()).version === to, 'the new version serves');
  await journey.expect(['auth', 'list', '--json'], '"work"');

  journey.says(`rolling back to ${from}`);
  await journey.whileCalled(served.url, () => journey.expect(['update', '--rollback'], from));
  await journey.expect(['--version'], `${product.binary} ${from}`);
  journey.holds((await journey.health()).version === from, 'the old version serves again');
  await journey.expect(['auth', 'list', '--json'], '"work"');

  journey.says('uninstalling');
  await journey.expect(['stop'], '');
  await journey.allGone();
  const before = journey.homeFiles();
  await journey.run(['sh', script, '--uninstall', '--to', journey.bin]);
  journey.holds(journey.homeFiles() === before, 'the home folder is as it was');
  journey.holds(
    journey.binFiles().length === 0,
    'nothing is left of the program',
    journey.binFiles().join(', '),
  );
  console.log('The dry run went well.');
} catch (error) {
  console.error(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await journey.end();
  feed.close();
  rmSync(scratch, { recursive: true, force: true });
}
