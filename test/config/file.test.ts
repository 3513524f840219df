import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'bun:test';
import { Problem } from '../../src/base/problem.ts';
import { fromFile, readSettingsFile } from '../../src/config/file.ts';
import { flawText } from '../../src/config/flaws.ts';
import { keyedSections, sections } from '../../src/config/settings.ts';
import { SettingsFolder } from './a-settings-folder.ts';

/** Every section there is, as messages name them. */
const allSections = [...sections.keys(), ...[...keyedSections.keys()].map((name) => `${name}.NAME`)]
  .map((name) => `[${name}]`)
  .join(', ');

function flaws(toml: string): string[] {
  return fromFile('c.toml', toml).flaws.map(flawText);
}

async function problemOf(reading: Promise<unknown>): Promise<Problem> {
  const error = await reading.catch((thrown: unknown) => thrown);
  if (error instanceof Problem) return error;
  throw new Error('nothing was thrown');
}

describe('the settings file', () => {
  test('is read as text, without the mark some editors put in front', async () => {
    using folder = new SettingsFolder();
    folder.write('\uFEFFa = "ü"\n');
    expect(await readSettingsFile(folder.config)).toBe('a = "ü"\n');
  });

  test('need not be there', async () => {
    using folder = new SettingsFolder();
    expect(await readSettingsFile(folder.config)).toBeUndefined();
  });

  test('is refused when it is not UTF-8', async () => {
    using folder = new SettingsFolder();
    writeFileSync(folder.config, Buffer.from('\uFEFFa = 1', 'utf16le'));
    const problem = await problemOf(readSettingsFile(folder.config));
    expect([problem.code, problem.message]).toEqual([
      'config-unreadable',
      `${folder.config} is not UTF-8 text.`,
    ]);
  });

  test('is refused when it is far too large to be one', async () => {
    using folder = new SettingsFolder();
    writeFileSync(folder.config, Buffer.alloc(2 ** 20 + 1, 0x23));
    expect((await problemOf(readSettingsFile(folder.config))).message).toContain('larger than 1 MiB');
    writeFileSync(folder.config, Buffer.alloc(2 ** 20, 0x23));
    expect(await readSettingsFile(folder.config)).toHaveLength(2 ** 20);
  });

  test('is refused when it is a folder', async () => {
    using folder = new SettingsFolder();
    mkdirSync(folder.config);
    const problem = await problemOf(readSettingsFile(folder.config));
    expect(problem.code).toBe('config-unreadable');
    expect(problem.message).toContain('EISDIR');
  });

  test('is refused when it may not be read', async () => {
    using folder = new SettingsFolder();
    folder.write('a = 1');
    chmodSync(folder.config, 0o000);
    // The superuser may read everything, and Windows has no such mode; for others this is a problem with a name.
    const reading = readSettingsFile(folder.config);
    if ((process.getuid?.() ?? 0) === 0) expect(await reading).toBe('a = 1');
    else expect((await problemOf(reading)).code).toBe('config-unreadable');
  });
});

test('values are handed on with their place', () => {
  const { given, flaws: none } = fromFile('c.toml', '[server]\n  port = 81\n[log]\nlevel = "warn"');
  expect(none).toEqual([]);
  expect(given.map(({ declared, value, source }) => [declared.key, value, source])).toEqual([
    ['server.port', 81, { from: 'file', file: 'c.toml', line: 2, column: 3 }],
    ['log.level', 'warn', { from: 'file', file: 'c.toml', line: 4, column: 1 }],
  ]);
});

test('dotted keys and braces say the same as a section', () => {
  const spellings = ['server.port = 81', 'server = { port = 81 }', '["server"]\n"port" = 81'];
  for (const toml of spellings) {
    expect(fromFile('c.toml', toml).given.map(({ declared, value }) => [declared.key, value])).toEqual([
      ['server.port', 81],
    ]);
  }
});

test('a mistake in the language is told with line and column, without the text around it', () => {
  expect(flaws('[server]\nhost = sk-ant-planted')).toEqual([
    'c.toml:2:8: not valid TOML: invalid value; see https://toml.io',
  ]);
  expect(flaws('[server]\n[server]')[0]).toStartWith('c.toml:2:2: not valid TOML: trying to redefine');
});

describe('a name that is no setting', () => {
  test.each([
    ['[server]\nprot = 1', 'c.toml:2:1: server.prot is not a setting; did you mean server.port?'],
    [
      '[server]\nmaxBodyBytes = 1',
      'c.toml:2:1: server.maxBodyBytes is not a setting; did you mean server.max_body_bytes?',
    ],
    ['[server]\nlevel = "info"', 'c.toml:2:1: server.level is not a setting; did you mean log.level?'],
    [
      '[server]\nsesion_ttl_seconds = 1',
      'c.toml:2:1: server.sesion_ttl_seconds is not a setting; did you mean routing.session_ttl_seconds?',
    ],
    [
      '[log]\nzebra = 1',
      'c.toml:2:1: log.zebra is not a setting; [log] has level, format, terminal, file, max_file_bytes, keep_files, keep_days',
    ],
    ['[server.tls]\ncert = "x"', 'c.toml:1:9: server.tls is not a setting; did you mean server.tls_cert?'],
    ['[sever]\nport = 1', 'c.toml:1:2: sever is not a section; did you mean [server]?'],
    ['[zebra]', `c.toml:1:2: zebra is not a section; the sections are ${allSections}`],
    ['[[zebra]]', `c.toml:1:3: zebra is not a section; the sections are ${allSections}`],
    ['port = 1', 'c.toml:1:1: port stands outside a section; it belongs under [server]'],
    ['prot = 1', 'c.toml:1:1: prot stands outside a section; did you mean server.port?'],
    ['zebra = 1', `c.toml:1:1: zebra stands outside a section; the sections are ${allSections}`],
    ['log = 1', 'c.toml:1:1: log is 1; it must be a section: write [log] on a line of its own'],
    ['[[log]]', 'c.toml:1:3: log is a list; it must be a section: write [log] on a line of its own'],
    ['log = 1979-05-27', 'c.toml:1:1: log is a date; it must be a section: write [log] on a line of its own'],
  ])('%p is refused', (toml, line) => {
    expect(flaws(toml)).toEqual([line]);
  });

  test('may be one that JavaScript knows', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(flaws(`[${name}]\nx = 1`)).toHaveLength(1);
      expect(flaws(`[server]\n${name} = 1`)).toHaveLength(1);
    }
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

test('every mistake of the file is told at once', () => {
  expect(flaws('a = 1\n[server]\nb = 1\nc = 1\n[zebra]\n')).toHaveLength(4);
});

test('nesting without end is refused, not followed', () => {
  expect(flaws(`a = ${'['.repeat(5000)}${']'.repeat(5000)}`)[0]).toContain('not valid TOML');
});
