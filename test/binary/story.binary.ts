import { describe, expect, test } from 'bun:test';
import { product } from '../../src/base/product.ts';
import { filesToTry } from '../help/a-built-file.ts';
import { benches, parsed } from '../help/a-command.ts';

/** What whoever downloads a binary does with it first, from `--version` to a second start. */

const bench = benches();
const key = 'sk-ant-api03-simulated-0001';
const serve = ['serve', '--port', '0', '--no-open'];

describe.each(filesToTry().map((file) => [file.target.name, file.words] as const))('%s', (name, words) => {
  test('it says what it is: version, commit, date and target', async () => {
    const { out, code } = await bench(words).run(['--version', '--json']);
    expect(code).toBe(0);
    const said = parsed<Record<string, string>>(out);
    expect(said).toMatchObject({ name: product.name, binary: product.binary, target: name });
    expect(said['version']).toMatch(/^\d+\.\d+\.\d+/);
    expect(said['commit']).toMatch(/^(?:[0-9a-f]{40}|unknown)$/);
    expect(said['date']).toMatch(/^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|unknown)$/);
  });

  test('it takes an account, serves health, page and a stream, and still has the account after a restart', async () => {
    const here = bench(words);
    const api = await here.start(['simulate', '--pace', 'fast', '--keys', '1']);
    const first = await here.start(serve);
    const added = ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', api.url, '--secret-stdin'];
    expect(await here.run(added, { input: key })).toMatchObject({ code: 0 });
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    const page = await fetch(`${first.url}/accounts`);
    expect(page.headers.get('content-type')).toStartWith('text/html');
    expect(await page.text()).toContain('work');
    await first.stop();

    const second = await here.start(serve);
    const accounts = await here.run(['auth', 'list', '--json']);
    expect(parsed<{ name: string }[]>(accounts.out).map((account) => account.name)).toEqual(['work']);
    const answer = await fetch(`${second.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'claude-sonnet-4-5',
        max_tokens: 100,
        stream: true,
        messages: [{ role: 'user', content: 'hi' }],
      }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('event: message_stop');
    const doctor = await here.run(['doctor', '--json', '--offline']);
    expect(parsed<{ ok: boolean }>(doctor.out)).toMatchObject({ ok: true });
    await second.stop();
    // An emulator takes its time.
  }, 400_000);
});
