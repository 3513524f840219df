import { afterEach, describe, expect, it } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunFile } from '../../src/admin/run-file.ts';
import { asCommand, capturedCall } from '../help/a-captured.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

// The attacks: a client turns the keeping of prompts on for everybody; somebody finds prompts in a file, credentials in
// a capture; somebody on the machine, or a page in a browser, reads captures through the proxy without being its
// owner; a name leads out of the folder; a link leads captures to where others read.

const rooms = new Rooms();
const folders: string[] = [];
afterEach(async () => {
  await rooms.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const on = '[capture]\nenabled = true\n';
const prompt = 'the planted prompt of a client, long enough to be recognised when it stands somewhere';
const answer = 'the planted answer of a model, long enough to be recognised when it stands somewhere';

async function behind(config: string, more: ProxyOptions = {}): Promise<Proxy> {
  const up = await rooms.add(anUpstream(() => message(answer)));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  return rooms.add(aProxy({ accounts, config, keys: [{ name: 'kim' }], ...more }));
}

async function ask(
  proxy: Proxy,
  headers: Record<string, string> = {},
  query = '',
  more = {},
): Promise<number> {
  const response = await fetch(`${proxy.url}/v1/messages${query}`, {
    method: 'POST',
    headers: { 'x-api-key': proxy.keys[0]!, 'x-request-id': 'req_1', ...headers },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      messages: [{ role: 'user', content: prompt }],
      ...more,
    }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Files below `folder` in which the text stands that somebody could read. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path, 'latin1').includes(text));
}

describe('nothing of what is said is kept', () => {
  it('where nobody turned that on, whatever a client sends', async () => {
    const proxy = await behind('');
    const wishes = ['x-capture', 'x-ccproxy-capture', 'x-ccproxy-keep', 'x-ccproxy-control', 'x-debug'];
    for (const name of wishes) await ask(proxy, { [name]: 'true' });
    await ask(
      proxy,
      { 'x-ccproxy-capture': 'true', 'capture.enabled': 'true' },
      '?capture=true&capture.enabled=true',
    );
    await ask(proxy, {}, '', { capture: true, metadata: { user_id: 'capture=true' } });
    for (const path of ['/control/capture', '/control/capture/list', '/control/reload'])
      await fetch(`${proxy.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': proxy.keys[0]! },
        body: '{}',
      });
    await proxy.stop();
    expect(existsSync(proxy.places.captures)).toBe(false);
    expect(filesWith(proxy.places.home, 'planted')).toEqual([]);
    expect(JSON.stringify(proxy.lines)).not.toContain('planted');
  });
});

describe('what is kept', () => {
  it('stands nowhere in the home as anybody could read it', async () => {
    const proxy = await behind(on);
    expect(await ask(proxy)).toBe(200);
    const { request, answer: body } = await capturedCall(proxy, 'req_1');
    expect([request.toString().includes(prompt), body.toString().includes(answer)]).toEqual([true, true]);
    await proxy.stop();
    expect(readdirSync(proxy.places.captures)).toHaveLength(1);
    expect(filesWith(proxy.places.home, 'planted')).toEqual([]);
    expect(JSON.stringify(proxy.lines)).not.toContain('planted');
  });

  it('holds no credential of a client, in whichever header it came', async () => {
    const proxy = await behind(on);
    const key = proxy.keys[0]!;
    const headers = {
      authorization: `Bearer ${key}`,
      'x-ccproxy-key': key,
      'proxy-authorization': 'Basic cGxhbnRlZDpwbGFudGVk',
      cookie: 'session=planted-cookie',
      'user-agent': `mine ${key}`,
      'anthropic-beta': 'sk-ant-api03-planted-planted',
      'x-other': 'planted-other',
    };
    await ask(proxy, headers);
    const { call, request, answer: body } = await capturedCall(proxy, 'req_1');
    const all = JSON.stringify(call) + request.toString() + body.toString();
    for (const secret of [key, 'cGxhbnRlZDpwbGFudGVk', 'planted-cookie', 'planted-planted', 'planted-other'])
      expect(all).not.toContain(secret);
  });

  it('is read by nobody without the token of the run file: neither a key, nor a program here, nor a page', async () => {
    const proxy = await behind(on);
    await ask(proxy);
    const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
    const asked = async (headers: Record<string, string>): Promise<number[]> => {
      const bodies: [path: string, body: object][] = [
        ['list', { limit: 10 }],
        ['find', { requestId: 'req_1' }],
        ['body', { file: '2026-11-25.00000000', place: 0, part: 'request' }],
        ['delete', { all: true }],
      ];
      const answers = bodies.map(async ([path, body]) => {
        const init = {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        };
        return (await fetch(`${proxy.url}/control/capture/${path}`, init)).status;
      });
      return [
        (await fetch(`${proxy.url}/control/capture`, { headers })).status,
        ...(await Promise.all(answers)),
      ];
    };
    expect(await asked({})).toEqual([403, 403, 403, 403, 403]);
    expect(await asked({ 'x-api-key': proxy.keys[0]! })).toEqual([403, 403, 403, 403, 403]);
    expect(await asked({ 'x-ccproxy-control': 'a guess' })).toEqual([403, 403, 403, 403, 403]);
    expect(new Set(await asked({ 'x-ccproxy-control': token, 'x-forwarded-for': '10.0.0.1' }))).toEqual(
      new Set([403]),
    );
    const fromAPage = { 'x-ccproxy-control': token, origin: 'https://elsewhere.example' };
    expect(new Set(await asked(fromAPage))).toEqual(new Set([403]));
    expect((await capturedCall(proxy, 'req_1')).call.status).toBe(200);
  });

  it('is all that is read: no name leads to another file', async () => {
    const proxy = await behind(on);
    await ask(proxy, { 'x-request-id': '..' });
    await asCommand(proxy, async ({ captures }) => {
      expect((await captures.find('..')).requestId).toBe('..');
      for (const file of ['../credentials', '../proxy', '../../x', '/etc/passwd', '2026-11-25.0000000\u0000'])
        await expect(captures.body({ file, place: 0 }, 'request')).rejects.toMatchObject({
          code: 'capture-unknown',
        });
      for (const id of ['../credentials.json', '/etc/passwd', '%2e%2e%2fproxy.db'])
        await expect(captures.find(id)).rejects.toMatchObject({ code: 'capture-unknown' });
      await expect(captures.destroy('../..')).rejects.toMatchObject({ code: 'proxy-refused' });
    });
    expect(existsSync(proxy.places.credentials)).toBe(true);
  });

  it('goes nowhere where the folder is a link; calls go on', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    const home = mkdtempSync(join(tmpdir(), 'proxy-'));
    folders.push(elsewhere, home);
    symlinkSync(elsewhere, join(home, 'capture'));
    const proxy = await behind(on, { home });
    expect(await ask(proxy)).toBe(200);
    await asCommand(proxy, async ({ captures }) => {
      await expect(captures.list({ limit: 10 })).rejects.toMatchObject({ code: 'capture-refused' });
    });
    expect(await ask(proxy)).toBe(200);
    await proxy.stop();
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});
