import { describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed } from '../help/a-command.ts';

const bench = benches();

describe('config set', () => {
  test('goes through the running proxy, which takes it up or says that it waits', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--no-open', '--port', '0']);
    const live = await made.run(['config', 'set', 'log.level', 'debug']);
    expect([live.code, live.err]).toEqual([0, 'The running proxy uses it from now on.\n']);
    const waits = await made.run(['config', 'set', 'server.max_header_bytes', '128 KiB']);
    expect(waits.err).toContain('until it is started again');
    const { out } = await made.run(['config', 'set', 'server.max_header_bytes', '64 KiB', '--json']);
    expect(parsed<object>(out)).toEqual({
      path: join(made.home, 'config.toml'),
      changed: [],
      waitingForRestart: [],
    });
    expect(readFileSync(join(made.home, 'config.toml'), 'utf8')).toContain('level = "debug"');
    await proxy.stop();
  });

  test('is refused by the running proxy for what its own flags decide', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--no-open', '--port', '0']);
    const { code, err } = await made.run(['config', 'set', 'server.port', '9000']);
    expect([code, err]).toEqual([6, expect.stringContaining('server.port is decided by the flag --port')]);
    await proxy.stop();
  });

  test('leaves a proxy alone that runs on another file', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--no-open', '--port', '0']);
    const other = join(made.folder, 'other.toml');
    writeFileSync(other, '# another\n');
    const { code, out, err } = await made.run(['config', 'set', 'server.port', '9000', '--config', other]);
    expect([code, out, err]).toEqual([0, `saved ${other}\n`, '']);
    expect(readFileSync(other, 'utf8')).toBe('# another\n\n[server]\nport = 9000\n');
    await proxy.stop();
  });
});
