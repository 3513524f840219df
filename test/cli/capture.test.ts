import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CapturedView, CaptureListView } from '../../src/admin/contract-capture.ts';
import { benches, parsed, program, until, type Bench } from '../help/a-command.ts';
import { Rooms } from '../help/a-proxy.ts';
import { AtTerminal } from '../help/a-terminal.ts';
import { anUpstream } from '../help/an-upstream.ts';

const open = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

const on = '[capture]\nenabled = true\nkeep_days = 3\n';
const prompt = '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"grüße"}]}';
const said = '{"type":"message","content":[{"type":"text","text":"an answer"}]}';

/** A home in which capture is on, with an account whose upstream answers as the id of the call says. */
async function aHome(): Promise<Bench> {
  const bench = open();
  const up = await rooms.add(
    anUpstream(({ target }) => {
      if (target === '/v1/files/image/content')
        return {
          status: 200,
          headers: ['content-type', 'image/png'],
          body: Buffer.from([0x89, 0x50, 0, 1, 27]),
        };
      if (target === '/v1/models/strange')
        return { status: 200, headers: ['content-encoding', 'strange'], body: Buffer.from('?') };
      const headers = ['content-type', 'application/json', 'content-encoding', 'gzip'];
      return { status: 200, headers, body: gzipSync(said) };
    }),
  );
  mkdirSync(bench.home, { mode: 0o700 });
  writeFileSync(join(bench.home, 'config.toml'), on, { mode: 0o600 });
  const add = ['auth', 'add', 'one', '--kind', 'api-key', '--base-url', up.url, '--secret-stdin'];
  await bench.run(add, { input: 'sk-ant-api03-planted' });
  return bench;
}

async function calls(url: string): Promise<void> {
  const ask = async (path: string, id: string, body?: string): Promise<void> => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = { 'x-request-id': id };
    await (
      await fetch(`${url}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
        decompress: false,
      })
    ).arrayBuffer();
  };
  await ask('/v1/messages', 'req_text', prompt);
  await ask('/v1/files/image/content', 'req_image');
  await ask('/v1/models/strange', 'req_strange');
}

/** The same commands, on the running proxy or on what it left. */
for (const way of ['through the running proxy', 'without one'] as const) {
  describe(`capture, ${way}`, () => {
    async function kept(): Promise<Bench> {
      const bench = await aHome();
      const running = await bench.start(['serve', '--port', '0', '--no-open']);
      await calls(running.url);
      if (way === 'without one') await running.stop();
      return bench;
    }

    test('list has the calls, and says whether more are being kept', async () => {
      const bench = await kept();
      const { out, err, code } = await bench.run(['capture', 'list']);
      const lines = out.trim().split('\n');
      expect(lines[0]).toMatch(/^WHEN +REQUEST ID +STATUS +CLIENT +ACCOUNT +ASKED +ANSWERED$/);
      expect(lines[1]).toMatch(/req_text +200 +local +one +\d+ bytes +\d+ bytes$/);
      expect([lines.length, code]).toEqual([4, 0]);
      expect(err).toBe('Prompts and answers are being kept (capture.enabled).\n');
      const listed = parsed<CaptureListView>(
        (await bench.run(['capture', 'list', '--json', '--limit', '2'])).out,
      );
      expect(listed.calls.map(({ requestId }) => requestId)).toEqual(['req_image', 'req_strange']);
      expect((await bench.run(['capture', 'list', '--day', '2020-01-01'])).out).toBe('No call was kept.\n');
    });

    test('show tells of a call, and gives what was said in it byte for byte', async () => {
      const bench = await kept();
      const { out } = await bench.run(['capture', 'show', 'req_text']);
      expect(out).toContain('call        POST /v1/messages\n');
      expect(out).not.toContain('grüße');
      const view = parsed<CapturedView>((await bench.run(['capture', 'show', 'req_text', '--json'])).out);
      expect(view).toMatchObject({ requestId: 'req_text', account: 'one', status: 200 });
      expect((await bench.run(['capture', 'show', 'req_text', '--request'])).out).toBe(prompt);
      expect((await bench.run(['capture', 'show', 'req_text', '--answer'])).out).toBe(said);
    });

    test('show gives an answer as it travelled where that is asked for, or nobody can decode it', async () => {
      const bench = await kept();
      const raw = Bun.spawnSync(
        ['sh', '-c', '"$@" | gunzip', 'sh', ...program, 'capture', 'show', 'req_text', '--answer', '--raw'],
        { env: bench.env, cwd: bench.folder },
      );
      expect(raw.stdout.toString()).toBe(said);
      const strange = await bench.run(['capture', 'show', 'req_strange', '--answer']);
      expect([strange.out, strange.code]).toEqual(['', 1]);
      expect(strange.err).toContain('[capture-coded]');
      expect((await bench.run(['capture', 'show', 'req_strange', '--answer', '--raw'])).out).toBe('?');
    });

    test('show knows no call that was not kept', async () => {
      const bench = await kept();
      for (const id of ['req_9', '../../credentials.json', '2026-11-25.00000000']) {
        const { err, out, code } = await bench.run(['capture', 'show', id, '--request']);
        expect([out, code]).toEqual(['', 4]);
        expect(err).toContain(`[capture-unknown]: No call "${id}" was kept.`);
      }
    });

    test('delete destroys a day or everything, and asks before', async () => {
      const bench = await kept();
      const asked = await bench.run(['capture', 'delete', '--all']);
      expect(asked.err).toContain('[not-confirmed]');
      expect((await bench.run(['capture', 'delete', '--yes'])).err).toContain('[value-missing]');
      expect((await bench.run(['capture', 'delete', '--day', '../..', '--yes'])).err).toContain(
        '[value-invalid]',
      );
      expect((await bench.run(['capture', 'delete', '--day', '2020-01-01', '--yes'])).out).toBe(
        'destroyed 0 files, 0 bytes\n',
      );
      expect((await bench.run(['capture', 'delete', '--all', '--yes'])).out).toStartWith(
        'destroyed 1 files, ',
      );
      expect(readdirSync(join(bench.home, 'capture'))).toEqual([]);
      expect((await bench.run(['capture', 'list'])).out).toBe('No call was kept.\n');
    });
  });
}

describe('that prompts and answers are kept', () => {
  const words = 'PROMPTS AND ANSWERS ARE KEPT (capture.enabled): in';

  test('is said by status, by doctor and in the log', async () => {
    const bench = await aHome();
    const running = await bench.start(['serve', '--port', '0', '--no-open']);
    const { out } = await bench.run(['status']);
    expect(out).toContain(
      `${words} ${join(bench.home, 'capture')}, encrypted, until 3 days after their own, 512 MiB at most.`,
    );
    expect((await bench.run(['doctor', '--offline'])).out).toContain(words);
    await until(() => running.err().includes('capture is on: prompts and answers are kept'));
    await running.stop();
    expect((await bench.run(['doctor', '--offline'])).out).toContain(words);
  });

  test('is said by nobody where it is not so', async () => {
    const bench = await aHome();
    writeFileSync(join(bench.home, 'config.toml'), '');
    const running = await bench.start(['serve', '--port', '0', '--no-open']);
    await calls(running.url);
    expect((await bench.run(['status'])).out).not.toContain('KEPT');
    expect((await bench.run(['doctor', '--offline'])).out).toContain('off: no prompt and no answer is kept');
    expect(readdirSync(bench.home)).not.toContain('capture');
  });
});

test('a vault that is lost, or of another home, is a problem that says so', async () => {
  const bench = await aHome();
  const running = await bench.start(['serve', '--port', '0', '--no-open']);
  await calls(running.url);
  await running.stop();
  for (const name of ['credentials.json', 'credentials.json.bak'])
    renameSync(join(bench.home, name), join(bench.folder, name));
  const lost = await bench.run(['capture', 'show', 'req_text']);
  expect(lost.err).toContain('[capture-key-missing]');
  expect((await bench.run(['capture', 'list'])).err).toContain(
    'cannot be opened: its key is not in the vault.',
  );
  for (const name of ['credentials.json', 'credentials.json.bak'])
    renameSync(join(bench.folder, name), join(bench.home, name));
  rmSync(join(bench.home, 'vault.key'));
  expect((await bench.run(['capture', 'show', 'req_text'])).err).toContain('[vault-key-missing]');
});

test.skipIf(process.platform === 'win32')('what is no text is not shown to a terminal', async () => {
  const bench = await aHome();
  const running = await bench.start(['serve', '--port', '0', '--no-open']);
  await calls(running.url);
  const image = new AtTerminal(bench, ['capture', 'show', 'req_image', '--answer']);
  expect(await image.ended()).toBe(6);
  expect(image.shown).toContain('[capture-binary]');
  const text = new AtTerminal(bench, ['capture', 'show', 'req_text', '--request']);
  expect(await text.ended()).toBe(0);
  expect(text.shown).toContain('grüße');
});
