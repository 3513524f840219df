import { describe, expect, test } from 'bun:test';
import { parse } from 'smol-toml';
import { type Edit, editedToml } from '../../src/config/edit.ts';

const file = `# mine, do not touch
[server]
# the one everybody knows
port = 8000     # not 80
allowed_hosts = [
  "a.example", # the old name
  "b.example",
]

[log]
level = 'info'

[providers.company]   # ours
issuer = "https://login.example.com"
extra_params = { prompt = "consent" }

# the end
`;

const edit = (...edits: readonly Edit[]): string => editedToml(file, edits);

/** The lines of `after` that are not in `before`, and the other way round. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return {
    gone: old.filter((line) => !now.includes(line)),
    come: now.filter((line) => !old.includes(line)),
  };
}

describe('an edit of the settings file', () => {
  test('changes a value and leaves its comment and every other line', () => {
    const after = edit({ path: ['server', 'port'], value: 9000 });
    expect(difference(file, after)).toEqual({
      gone: ['port = 8000     # not 80'],
      come: [expect.stringMatching(/^port = 9000 +# not 80$/)],
    });
  });

  test('adds a value to its section, and a section that is not there', () => {
    const after = edit(
      { path: ['server', 'host'], value: '0.0.0.0' },
      { path: ['upstream', 'base_url'], value: 'https://x.example' },
    );
    expect(difference(file, after).gone).toEqual([]);
    expect(parse(after)).toMatchObject({
      server: { host: '0.0.0.0', port: 8000 },
      upstream: { base_url: 'https://x.example' },
    });
  });

  test('writes a table with a name under a heading of its own', () => {
    const after = edit({ path: ['budgets', 'team', 'limit_usd'], value: 100 });
    expect(after).toContain('\n[budgets.team]\nlimit_usd = 100');
    expect(difference(file, after).gone).toEqual([]);
  });

  test('takes a value out, and a whole table, and nothing that stands beside', () => {
    expect(difference(file, edit({ path: ['log', 'level'], value: undefined }))).toEqual({
      gone: ["level = 'info'"],
      come: [],
    });
    const without = edit({ path: ['providers', 'company'], value: undefined });
    expect(parse(without)['providers'] ?? {}).toEqual({});
    expect(without).toContain('# the end');
    expect(without).toContain('# mine, do not touch');
  });

  test('changes lists, dotted keys and files with the line ends of Windows', () => {
    const hosts = edit({ path: ['server', 'allowed_hosts'], value: ['b.example', 'c.example'] });
    expect(parse(hosts)).toMatchObject({ server: { allowed_hosts: ['b.example', 'c.example'] } });
    const dotted = editedToml('server.port = 1 # one\n', [{ path: ['server', 'port'], value: 2 }]);
    expect(dotted).toBe('server.port = 2 # one\n');
    const windows = editedToml(file.replaceAll('\n', '\r\n'), [
      { path: ['budgets', 'team', 'limit_usd'], value: 1 },
    ]);
    expect(windows.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('begins a file that is empty, and one of comments alone', () => {
    for (const text of ['', '# nothing yet\n']) {
      const after = editedToml(text, [
        { path: ['server', 'port'], value: 9000 },
        { path: ['prices', 'house', 'input'], value: 2.5 },
      ]);
      expect(parse(after)).toEqual({ server: { port: 9000 }, prices: { house: { input: 2.5 } } });
      expect(after).toStartWith(text);
    }
  });

  test('keeps text as text: nothing that is typed becomes TOML', () => {
    for (const value of ['"\n[server]\nport = 1\n', "'''", '\\', '# no comment', 'ünï\u0000'.slice(0, 3)]) {
      const after = edit({ path: ['providers', 'company', 'client_id'], value });
      expect(parse(after)).toMatchObject({
        providers: { company: { client_id: value } },
        server: { port: 8000 },
      });
    }
  });
});
