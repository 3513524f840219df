import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { FormReader } from '../../src/simulator/multipart.ts';
import { failureOf } from '../help/a-failure.ts';
import { aCall, aMessage, aSimulator, bob, type Reading, sourceOf } from './help.ts';

const boundary = 'the-boundary';

function form(
  parts: readonly { name: string; filename?: string; type?: string; bytes: Uint8Array }[],
): Buffer {
  const chunks: Uint8Array[] = [];
  for (const { name, filename, type, bytes } of parts) {
    const named = filename === undefined ? '' : `; filename="${filename}"`;
    const typed = type === undefined ? '' : `\r\nContent-Type: ${type}`;
    chunks.push(
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${named}${typed}\r\n\r\n`),
    );
    chunks.push(bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
}

/** Bytes that hold everything a form reader could stumble over. */
function nasty(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff;
  bytes.write(`\r\n--${boundary}x\r\n--${boundary.slice(0, -1)}\r\n\r\n`, Math.min(100, size >> 1));
  return bytes;
}

function someFiles() {
  const simulated = aSimulator();
  const upload = (
    bytes: Uint8Array,
    more: { filename?: string; key?: string; extra?: { name: string; bytes: Uint8Array }[] } = {},
  ): Promise<Reading> =>
    simulated.ask({
      target: '/v1/files',
      key: more.key,
      headers: ['content-type', `multipart/form-data; boundary=${boundary}`],
      body: form([
        { name: 'file', filename: more.filename ?? 'a.bin', type: 'image/png', bytes },
        ...(more.extra ?? []),
      ]),
    });
  return { ...simulated, upload };
}

describe('a file', () => {
  test('comes back as the bytes that went up', async () => {
    const { upload, ask, simulator } = someFiles();
    const bytes = nasty(3_000_000);
    const { json: file } = await upload(bytes, { filename: 'C:\\pictures\\cat.png' });
    expect(file).toMatchObject({
      type: 'file',
      filename: 'cat.png',
      mime_type: 'image/png',
      size_bytes: bytes.length,
      downloadable: true,
    });
    const content = await ask({ target: `/v1/files/${file.id}/content` });
    expect(content.header('content-type')).toBe('image/png');
    expect(content.header('content-length')).toBe(String(bytes.length));
    expect(content.bytes.equals(bytes)).toBe(true);
    const [seen] = simulator.calls;
    expect(seen?.size).toBeGreaterThan(bytes.length);
    expect(seen?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('belongs to the key that uploaded it', async () => {
    const { upload, ask } = someFiles();
    const { id } = (await upload(nasty(10))).json;
    expect((await ask({ target: `/v1/files/${id}` })).status).toBe(200);
    for (const target of [`/v1/files/${id}`, `/v1/files/${id}/content`])
      expect((await ask({ target, key: bob.key })).status).toBe(404);
    expect((await ask({ target: `/v1/files/${id}`, method: 'DELETE', key: bob.key })).status).toBe(404);
    expect((await ask({ target: '/v1/files', key: bob.key })).json.data).toEqual([]);
  });

  test('is listed newest first in pages, deleted, and ends at its time', async () => {
    const { upload, ask, clock } = someFiles();
    const ids = [];
    for (let at = 0; at < 3; at += 1) ids.unshift((await upload(nasty(10 + at))).json.id);
    const page = (await ask({ target: '/v1/files?limit=2' })).json;
    expect(page.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    expect((await ask({ target: `/v1/files?limit=2&page=${page.next_page}` })).json).toMatchObject({
      data: [{ id: ids[2] }],
      next_page: null,
    });
    expect((await ask({ target: `/v1/files?limit=2&after_id=${page.last_id}` })).json.data[0].id).toBe(
      ids[2],
    );
    expect((await ask({ target: `/v1/files/${ids[0]}`, method: 'DELETE' })).json).toEqual({
      id: ids[0],
      type: 'file_deleted',
    });
    expect((await ask({ target: `/v1/files/${ids[0]}` })).status).toBe(404);
    const { json: brief } = await upload(nasty(5), {
      extra: [{ name: 'expires_in_seconds', bytes: Buffer.from('60') }],
    });
    expect(Date.parse(brief.expires_at) - Date.parse(brief.created_at)).toBe(60_000);
    await clock.turn(60_000);
    expect((await ask({ target: `/v1/files/${brief.id}` })).json.error.details.error_code).toBe(
      'file_expired',
    );
  });

  test('can be named in a message by its key alone', async () => {
    const { upload, ask } = someFiles();
    const { id } = (await upload(nasty(10))).json;
    const body = aMessage('', {
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: id } }] }],
    });
    expect((await ask({ body })).status).toBe(200);
    const moved = await ask({ body, key: bob.key });
    expect([moved.status, moved.json.error.message]).toEqual([404, `File not found: ${id}`]);
  });

  test('can be cut on its way down', async () => {
    const { upload, ask } = someFiles();
    const { id } = (await upload(nasty(1_000_000))).json;
    const cut = await ask({ target: `/v1/files/${id}/content`, headers: ['x-sim-fault', 'cut-3'] });
    expect(cut.ended).toBe('fail');
    expect(cut.chunks).toHaveLength(3);
    expect(cut.bytes.length).toBeLessThan(Number(cut.header('content-length')));
  });

  test('that is no form, or too large, is refused', async () => {
    const { ask } = someFiles();
    const send = (type: string, body: Uint8Array, more: string[] = []): Promise<Reading> =>
      ask({ target: '/v1/files', body, headers: ['content-type', type, ...more] });
    const good = `multipart/form-data; boundary="${boundary}"`;
    expect((await send('application/json', Buffer.from('{}'))).status).toBe(400);
    expect((await send(good, form([{ name: 'other', bytes: nasty(3) }]))).json.error.message).toBe(
      'file: Field required',
    );
    expect(
      (await send(good, form([{ name: 'file', bytes: nasty(300) }]).subarray(0, -4))).json.error.message,
    ).toContain('ended before its last boundary');
    expect((await send(good, nasty(10), ['content-length', String(501 * 1024 * 1024)])).status).toBe(413);
  });

  test('whose upload breaks off leaves nothing', async () => {
    const { simulator } = someFiles();
    const call = aCall({
      target: '/v1/files',
      body: new Uint8Array(1),
      headers: ['content-type', `multipart/form-data; boundary=${boundary}`],
    });
    const broken = {
      ...sourceOf([]),
      start: (sink: { fail(error: Error): void }) => sink.fail(new Error('gone')),
    };
    expect((await failureOf(simulator.handle({ ...call, body: broken }))).message).toBe('gone');
    expect(simulator.calls[0]?.ended).toBe('client-left');
    expect(simulator.state().files).toBe(0);
  });
});

describe('a form', () => {
  test('is read alike in pieces of any size', () => {
    const bytes = nasty(2_000);
    const whole = form([
      { name: 'file', filename: 'x', bytes },
      { name: 'empty', bytes: new Uint8Array() },
      { name: 'n', bytes: Buffer.from('5') },
    ]);
    const digest = (chunks: readonly Uint8Array[]): string =>
      createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
    for (const size of [1, 2, 3, 7, 16, 64, 333, whole.length]) {
      const reader = new FormReader(`multipart/form-data; boundary=${boundary}`);
      for (let at = 0; at < whole.length; at += size) reader.write(whole.subarray(at, at + size));
      const parts = reader.end();
      expect(parts.map(({ name, size: length }) => [name, length])).toEqual([
        ['file', 2_000],
        ['empty', 0],
        ['n', 1],
      ]);
      expect(digest(parts[0]!.chunks)).toBe(digest([bytes]));
    }
  });

  test('without names, or with an endless head, is refused', () => {
    const reader = (): FormReader => new FormReader(`multipart/form-data; boundary=${boundary}`);
    expect(() => reader().write(Buffer.from(`--${boundary}\r\nX: y\r\n\r\n`))).toThrow('has no name');
    expect(() => reader().write(Buffer.from(`--${boundary}\r\n${'x'.repeat(20_000)}`))).toThrow('too long');
  });
});
