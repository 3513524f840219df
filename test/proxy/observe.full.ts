// Every answer of the simulator, in every coding, cut at every byte: what comes out is what went in, and what is
// recorded of it does not depend on the cuts. Broken bytes harm nobody.
import { describe, expect, test } from 'bun:test';
import type { ByteSource } from '../../src/http/bytes.ts';
import { Afterwards } from '../../src/proxy/afterwards.ts';
import { observe } from '../../src/proxy/observe.ts';
import { noFacts } from '../../src/proxy/trace.ts';
import { Unread } from '../../src/proxy/unread.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { aCall } from '../help/a-call.ts';
import { HandClock } from '../help/a-clock.ts';
import { ways } from '../help/a-coding.ts';
import { silentLog } from '../../src/base/log.ts';
import { Random } from '../help/a-random.ts';
import { HandSource } from '../help/a-source.ts';
import { someAnswers } from '../help/some-answers.ts';

const clock = new HandClock();
const atOnce = (work: () => void): void => {
  work();
};
const codings = [['identity', (bytes: Uint8Array) => bytes] as const, ...ways];

/** Lets `pieces` through, checks that they came out as they were, and gives the record. */
function through(type: string, coding: string, pieces: readonly Uint8Array[], breaks: boolean): CallRecord {
  const records: CallRecord[] = [];
  const source = new HandSource();
  const came: Uint8Array[] = [];
  const sink = { chunk: (bytes: Uint8Array) => came.push(bytes), end() {}, fail() {} };
  const headers = ['content-type', type, 'content-encoding', coding];
  const facts = { ...noFacts(), purpose: 'messages' as const, model: 'claude-opus-5-5' };
  const trace = { requestId: 'req_1', startedAt: 0, isLocal: true, isThreaded: false, facts, onOver: [] };
  const gateway = {
    clock,
    log: silentLog,
    unread: new Unread(silentLog),
    afterwards: new Afterwards(atOnce, silentLog),
    record: (record: CallRecord) => records.push(record),
  };
  const answer = observe({ status: 200, headers, body: source }, aCall(), trace, gateway);
  (answer.body as ByteSource).start(sink);
  for (const piece of pieces) source.chunk(piece);
  if (breaks) source.fail(new Error('reset'));
  else source.end();
  const isSame = came.length === pieces.length && came.every((chunk, at) => chunk === pieces[at]);
  if (!isSame) throw new Error('something else came out');
  if (records.length !== 1) throw new Error(`${records.length} records`);
  return records[0]!;
}

function pieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(random.chance(0.5) ? 6 : 3_000);
    all.push(bytes.subarray(at, at + size));
    at += size;
  }
  return all;
}

const answers = await someAnswers();

describe.each(codings.map(([coding, encode], at) => [coding, at, encode] as const))(
  'in %s (%d)',
  (coding, seed, encode) => {
    test('every answer tells the same wherever it is cut', () => {
      expect(answers.length).toBeGreaterThan(40);
      for (const { name, type, bytes } of answers) {
        const coded = encode(bytes);
        const random = new Random(seed);
        const expected = JSON.stringify(through(type, 'identity', [bytes], false).usage);
        const check = (given: readonly Uint8Array[], how: string): void => {
          const record = through(type, coding, given, false);
          if (JSON.stringify(record.usage) !== expected)
            throw new Error(`${name}, ${how}: ${JSON.stringify(record)}`);
        };
        for (let at = 0; at <= coded.length; at += 1)
          check([coded.subarray(0, at), coded.subarray(at)], `cut at ${at}`);
        for (let round = 0; round < 20; round += 1) check(pieces(coded, random), `round ${round}`);
        check(
          [...coded].map((byte) => new Uint8Array([byte])),
          'byte by byte',
        );
      }
    }, 600_000);

    test('broken bytes pass as well, and are recorded', () => {
      const random = new Random(seed + 100);
      for (let round = 0; round < 3_000; round += 1) {
        const { type, bytes } = random.one(answers);
        const harmed = Buffer.from(encode(bytes));
        for (let times = random.below(5); times >= 0; times -= 1)
          harmed[random.below(harmed.length)] = random.below(256);
        const short = random.chance(0.3) ? harmed.subarray(0, random.below(harmed.length)) : harmed;
        const { ended } = through(type, coding, pieces(short, random), random.chance(0.3));
        expect(['complete', 'error', 'cut']).toContain(ended);
      }
    }, 600_000);
  },
);
