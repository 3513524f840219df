import { describe, expect, test } from 'bun:test';
import type { Command } from 'commander';
import { declare } from '../../src/cli/program.ts';
import { serveOptionsIn } from '../../src/cli/serve-words.ts';

/** The options with which commander runs `serve` for these words; undefined where it refuses them or runs something else. */
async function byCommander(words: readonly string[]): Promise<unknown> {
  let found: unknown;
  const run = (command: Command, options: object): Promise<void> => {
    if (command.name() === 'serve') found = options;
    return Promise.resolve();
  };
  try {
    const program = declare(run, { write: () => {} });
    for (const each of [program, ...program.commands])
      each.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    await program.parseAsync([...words], { from: 'user' });
  } catch {
    return undefined;
  }
  return found;
}

describe('a command line that plainly says serve', () => {
  const lines = [
    '',
    'serve',
    'serve --no-open',
    '--port 0 --no-open',
    '--port=0',
    'serve --host 0.0.0.0 --port 9000 --log-level debug',
    'serve --config ./proxy.toml --home=/var/lib/proxy',
    'serve --background --no-open',
  ].map((line) => line.split(' ').filter((word) => word !== ''));

  test.each(lines.map((words) => [words.join(' '), words] as const))(
    '"%s" is read as commander reads it',
    async (_, words) => {
      const options = serveOptionsIn(words);
      expect(options).toBeDefined();
      expect(options as object).toEqual((await byCommander(words)) as object);
    },
  );

  test('every option of serve is known, so that none makes a proxy larger', () => {
    const serve = declare(() => Promise.resolve(), { write: () => {} }).commands.find(
      (command) => command.name() === 'serve',
    );
    for (const { long, required } of serve?.options ?? []) {
      const words = required ? [String(long), '1'] : [String(long)];
      expect([words, serveOptionsIn(words)]).not.toEqual([words, undefined]);
    }
  });
});

describe('any other command line is left to commander', () => {
  const lines = [
    ['status'],
    ['serve', 'serve'],
    ['serve', '--help'],
    ['--version'],
    ['help'],
    ['serve', '--port'],
    ['serve', '--port', ''],
    ['serve', '--port='],
    ['serve', '--port', '--no-open'],
    ['serve', '--port', '1', '--port', '2'],
    ['serve', '--no-open=1'],
    ['serve', '--json'],
    ['serve', '--prot', '1'],
    ['serve', '--', '--port', '1'],
    ['serve', '-p', '1'],
    ['--no-open', 'serve'],
    ['serve', '--home', 'sk-ant-api03-abcdefghijklmnop'],
  ];

  test.each(lines.map((words) => [words.join(' '), words] as const))('%s', (_, words) => {
    expect(serveOptionsIn(words)).toBeUndefined();
  });
});
