import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Bindings } from '../../src/accounts/bindings.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import { collect } from '../../src/http/bytes.ts';
import type { Answer } from '../../src/http/call.ts';
import { accountBehind, lifetimeOf, objectIdOf, rememberObject } from '../../src/proxy/sticky.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { HandSource, MemorySink, sourceOf } from '../help/a-source.ts';

const folder = temporaryFolders();
const day = 86_400_000;
let database: Database;
let bindings: Bindings;
let clock: HandClock;

beforeEach(async () => {
  clock = new HandClock();
  database = await openDatabase({ path: join(folder(), 'proxy.db'), log: silentLog });
  bindings = await Bindings.open({ database, clock, log: silentLog });
});
afterEach(async () => {
  await bindings.close();
  await database.close();
});

const json = ['Content-Type', 'application/json'];
const file = Buffer.from('{"id":"file_011","type":"file","filename":"größe.pdf"}');

/** Lets an answer of the upstream go by, and gives the bytes that arrived. */
async function pass(answer: Answer, group = 'files'): Promise<Uint8Array> {
  const { body } = rememberObject(answer, group, 'acc_a', bindings, silentLog);
  if (body === undefined) return new Uint8Array();
  return body instanceof Uint8Array ? body : collect(body);
}

const ok = (body: Answer['body'], headers: readonly string[] = json, status = 200): Answer => ({
  status,
  headers,
  body,
});

describe('an object that an answer describes', () => {
  it('belongs to the account that answered', async () => {
    await pass(ok(sourceOf(file)));
    expect(await bindings.find('file_011')).toBe('acc_a');
  });

  it('is found however the answer is cut, and the answer passes untouched', async () => {
    for (let at = 0; at <= file.length; at += 1) {
      bindings.forget('file_011');
      const bytes = await pass(ok(sourceOf(file.subarray(0, at), file.subarray(at))));
      expect(Buffer.from(bytes).equals(file)).toBe(true);
      expect(await bindings.find('file_011')).toBe('acc_a');
    }
  });

  it('is found in an answer that is compressed, which passes still compressed', async () => {
    for (const [coding, bytes] of [
      ['gzip', gzipSync(file)],
      ['br', brotliCompressSync(file)],
      ['zstd', zstdCompressSync(file)],
    ] as const) {
      bindings.forget('file_011');
      const passed = await pass(
        ok(sourceOf(bytes.subarray(0, 5), bytes.subarray(5)), [...json, 'Content-Encoding', coding]),
      );
      expect(Buffer.from(passed).equals(bytes)).toBe(true);
      expect(await bindings.find('file_011')).toBe('acc_a');
    }
  });

  it('is found in bytes at hand, and under any spelling of the content type', async () => {
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/vnd.api+json']) {
      bindings.forget('file_011');
      await pass(ok(file, ['content-type', type]));
      expect(await bindings.find('file_011')).toBe('acc_a');
    }
  });

  it('is remembered as long as its kind lives', async () => {
    await pass(ok(sourceOf('{"id":"msgbatch_1"}')), 'batches');
    await pass(ok(sourceOf('{"id":"file_1"}')), 'files');
    await clock.turn(30 * day);
    expect(await bindings.find('msgbatch_1')).toBe('acc_a');
    await clock.turn(2 * day);
    expect(await bindings.find('msgbatch_1')).toBeUndefined();
    expect(await bindings.find('file_1')).toBe('acc_a');
    expect(lifetimeOf('thread')).toBe(3_600_000);
    for (const odd of ['constructor', '__proto__', 'toString']) expect(lifetimeOf(odd)).toBe(400 * day);
  });
});

describe('nothing is remembered', () => {
  const nothing = async (answer: Answer, group = 'files', id = 'file_011'): Promise<void> => {
    await pass(answer, group);
    expect(await bindings.find(id)).toBeUndefined();
  };

  it('of an error, a redirect, or what is no JSON', async () => {
    for (const status of [300, 307, 400, 404, 500]) await nothing(ok(sourceOf(file), json, status));
    await nothing(ok(sourceOf(file), ['content-type', 'text/plain']));
    await nothing(ok(sourceOf(file), []));
    await nothing(ok(undefined));
  });

  it('of answers that any account can give: models, completions, messages', async () => {
    for (const group of ['models', 'chat', 'complete', 'responses', 'messages', 'experimental'])
      await nothing(ok(sourceOf(file)), group);
  });

  it('of broken JSON, and the answer passes all the same', async () => {
    for (const text of [
      '',
      '{"id":"file_011"',
      '[{"id":"file_011"}]',
      '"file_011"',
      'null',
      '{"data":[{"id":"file_011"}]}',
      '{"id":5}',
      '{"id":""}',
      `{"id":"${'x'.repeat(201)}"}`,
    ]) {
      expect(Buffer.from(await pass(ok(sourceOf(text)))).toString()).toBe(text);
      expect(await bindings.find('file_011')).toBeUndefined();
      await pass(ok(Buffer.from(text)));
      expect(await bindings.find('file_011')).toBeUndefined();
    }
    await nothing(ok(sourceOf(file), [...json, 'content-encoding', 'gzip']));
    await nothing(ok(sourceOf(file), [...json, 'content-encoding', 'unknown']));
  });

  it('of an answer that is too long to be one object, and it is not held', async () => {
    const log = new MemoryLog();
    const source = new HandSource();
    const { body } = rememberObject(ok(source), 'files', 'acc_a', bindings, log);
    const sink = new MemorySink();
    if (body !== undefined && !(body instanceof Uint8Array)) body.start(sink);
    source.chunk('{"id":"file_011","x":"');
    for (let at = 0; at < 100; at += 1) source.chunk('x'.repeat(10_000));
    source.chunk('"}');
    source.end();
    expect(sink.got).toHaveLength(103);
    expect(await bindings.find('file_011')).toBeUndefined();
    expect(log.events('debug')).toEqual(['object id not read']);
  });

  it('of a bomb that only looks like one object', async () => {
    const bomb = gzipSync(Buffer.from(`{"id":"file_011","x":"${'x'.repeat(20_000_000)}"}`));
    await nothing(ok(sourceOf(bomb), [...json, 'content-encoding', 'gzip']));
  });

  it('of an answer that broke off, or that its client left', async () => {
    for (const how of ['fail', 'cancel'] as const) {
      const source = new HandSource();
      const { body } = rememberObject(ok(source), 'files', 'acc_a', bindings, silentLog);
      if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
      body.start(new MemorySink());
      source.chunk(file);
      if (how === 'fail') source.fail(new Error('reset'));
      else body.cancel();
      source.end();
      expect(await bindings.find('file_011')).toBeUndefined();
    }
  });
});

describe('objectIdOf', () => {
  const table: [path: string, group: string, id: string | undefined][] = [
    ['/v1/files/file_011', 'files', 'file_011'],
    ['/v1/files/file_011/content', 'files', 'file_011'],
    ['/v1/files', 'files', undefined],
    ['/v1/messages/batches', 'batches', undefined],
    ['/v1/messages/batches/msgbatch_1/results', 'batches', 'msgbatch_1'],
    ['/v1/sessions/sess_1/threads/thr_1', 'sessions', 'sess_1'],
    ['/v1/skills/a%20b', 'skills', 'a b'],
    ['/v1/files/files', 'files', 'files'],
    ['/v1/models/claude-opus-5-5', 'models', undefined],
    ['/v1/chat/completions', 'chat', undefined],
  ];
  for (const [path, group, id] of table)
    it(`of ${path} is ${id ?? 'none'}`, () => {
      expect(objectIdOf(path, group)).toBe(id);
    });
});

describe('accountBehind', () => {
  it('is the account of the first id that is known', async () => {
    bindings.remember('files', 'file_1', 'acc_a', day);
    bindings.remember('container', 'container_1', 'acc_b', day);
    expect(await accountBehind(['unknown', 'container_1', 'file_1'], bindings)).toBe('acc_b');
    expect(await accountBehind(['unknown'], bindings)).toBeUndefined();
    expect(await accountBehind([], bindings)).toBeUndefined();
  });
});
