import { join } from 'node:path';
import { describe, expect, it } from 'bun:test';
import { benches, parsed, type Bench } from '../help/a-command.ts';
import { Visitor } from '../help/a-visitor.ts';
import { password } from '../help/some-people.ts';

const aBench = benches();

const give = (bench: Bench, ...words: string[]) =>
  bench.run(['admin', 'password', ...words, '--password-stdin'], { input: `${password}\n` });

async function closed(bench: Bench): Promise<void> {
  await bench.run(['config', 'init']);
  await Bun.write(join(bench.home, 'config.toml'), '[admin]\nsign_in = "always"\n');
}

describe('people', () => {
  it('get a password, a role, a list, and are removed, without a proxy as with one', async () => {
    const bench = aBench();
    await closed(bench);
    expect(await give(bench)).toMatchObject({
      code: 0,
      out: 'admin can sign in at the page now, as admin\n',
    });
    const proxy = await bench.start(['serve', '--port', '0', '--no-open']);
    expect((await give(bench, 'Ann', '--role', 'viewer')).out).toBe(
      'Ann can sign in at the page now, as viewer\n',
    );
    const ann = new Visitor(proxy.url);
    expect((await ann.signIn('ann', password)).status).toBe(200);
    const { out } = await bench.run(['admin', 'list', '--json']);
    expect(parsed<object[]>(out)).toMatchObject([
      { name: 'admin', role: 'admin', sessions: 0 },
      { name: 'Ann', role: 'viewer', sessions: 1 },
    ]);
    expect((await bench.run(['admin', 'list'])).out).toContain('in 1 browser');
    expect((await bench.run(['admin', 'role', 'ann', 'admin'])).out).toBe('Ann is admin from now on\n');
    expect((await bench.run(['admin', 'sign-out', 'ann'])).out).toBe(
      'signed Ann out of 1 browser\n'.replace('Ann', 'ann'),
    );
    expect((await ann.get('/accounts')).status).toBe(303);
    expect((await bench.run(['admin', 'remove', 'ann'])).code).toBe(6);
    expect((await bench.run(['admin', 'remove', 'ann', '--yes'])).code).toBe(0);
    expect((await bench.run(['admin', 'remove', 'ann', '--yes'])).code).toBe(4);
  });

  it('get no short password, and none in a command line', async () => {
    const bench = aBench();
    const short = await bench.run(['admin', 'password', '--password-stdin'], { input: 'short' });
    expect([short.code, short.err]).toEqual([2, expect.stringContaining('shorter than 12 characters')]);
    const typed = await bench.run(['admin', 'password', 'ann', `--password=${password}`]);
    expect(typed.code).toBe(6);
    expect(typed.out + typed.err).not.toContain(password);
    expect((await bench.run(['admin', 'password'])).code).toBe(2);
    expect((await bench.run(['admin', 'role', 'ann', 'owner'])).err).toContain('admin or viewer');
  });
});

describe('ui', () => {
  it('prints a link that signs in once, alone on its line', async () => {
    const bench = aBench();
    await closed(bench);
    const proxy = await bench.start(['serve', '--port', '0', '--no-open']);
    const { out, code } = await bench.run(['ui', '--role', 'viewer']);
    const [, link = ''] = /^http:\/\/127\.0\.0\.1:\d+\/sign-in#link=([0-9A-Za-z]{43})\n$/.exec(out) ?? [];
    expect([code, link]).toEqual([0, expect.stringMatching(/./)]);
    const visitor = new Visitor(proxy.url);
    expect((await visitor.send('/sign-in', '/sign-in/link', { link })).status).toBe(200);
    expect(await (await visitor.get('/accounts')).text()).toContain('data-role="viewer"');
    const { url, role } = parsed<{ url: string; role: string }>((await bench.run(['ui', '--json'])).out);
    expect([new URL(url).hash.length, role]).toEqual([49, 'admin']);
    // Neither the log nor the log of changes has it.
    const logged = await bench.run(['logs', '-n', '1000', '--level', 'debug']);
    expect(logged.out).not.toContain(link);
    expect((await bench.run(['audit', '--json'])).out).not.toContain(link);
    await bench.run(['stop']);
    const { out: after } = await bench.run(['audit']);
    for (const words of ['stopped the proxy', 'made a link that signs in once', 'one-time link'])
      expect(after).toContain(words);
  });

  it('needs a proxy that takes the link', async () => {
    const { code, err } = await aBench().run(['ui']);
    expect([code, err]).toEqual([5, expect.stringContaining('not running')]);
  });
});

describe('audit', () => {
  it('shows who changed what, a part of it, and as JSON; commands without a proxy too', async () => {
    const bench = aBench();
    expect((await bench.run(['audit'])).out).toBe('Nothing that fits was changed.\n');
    await bench.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], {
      input: 'sk-ant-api03-work',
    });
    await bench.run(['keys', 'create', 'laptop']);
    await give(bench, 'ann');
    const { out } = await bench.run(['audit']);
    for (const words of [
      'added the account work',
      'made the client key laptop',
      'gave a password to the new ann',
    ])
      expect(out).toContain(words);
    const part = parsed<object[]>((await bench.run(['audit', '--what', 'key', '--json'])).out);
    expect(part).toMatchObject([
      { what: 'key.created', subject: 'laptop', who: 'a command', via: 'command' },
    ]);
    expect((await bench.run(['audit', '--what', 'a_%'])).code).toBe(2);
    expect((await bench.run(['audit', '-n', '1', '--since', 'today'])).out).not.toContain('work');
  });
});

it('a client key has a role where it was given one, until that is taken away', async () => {
  const bench = aBench();
  await bench.run(['keys', 'create', 'laptop']);
  expect((await bench.run(['keys', 'list'])).out).not.toContain('ROLE');
  await bench.run(['keys', 'create', 'prometheus', '--role', 'viewer']);
  expect((await bench.run(['keys', 'list'])).out).toMatch(/ROLE[^]*prometheus.*viewer/);
  const { out } = await bench.run(['keys', 'set', 'prometheus', '--role', 'none', '--json']);
  expect(parsed<{ key: { role: unknown } }>(out).key.role).toBeNull();
  expect((await bench.run(['keys', 'create', 'x', '--role', 'owner'])).code).toBe(2);
});
