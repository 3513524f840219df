import { describe, expect, it } from 'bun:test';
import { collect, Gathering, join, tapped, TooManyBytes, type Ending } from '../../src/http/bytes.ts';
import { failureOf } from '../help/a-failure.ts';
import { Random } from '../help/a-random.ts';
import { HandSource, MemorySink, sourceOf } from '../help/a-source.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('collect', () => {
  it('gives all bytes of a source', async () => {
    expect(text(await collect(sourceOf('one ', 'two ', 'three')))).toBe('one two three');
    expect(await collect(sourceOf())).toEqual(new Uint8Array(0));
  });

  it('hands a single chunk on without a copy', async () => {
    const chunk = new Uint8Array([1, 2, 3]);
    expect(await collect(sourceOf(chunk))).toBe(chunk);
  });

  it('waits for a source that takes its time', async () => {
    const source = new HandSource();
    const collecting = collect(source, 100);
    source.chunk('a');
    source.chunk('b');
    source.end();
    expect(text(await collecting)).toBe('ab');
    expect(source.asked).toEqual(['start']);
  });

  it('takes exactly as much as the limit, and gives up on one byte more', async () => {
    expect(text(await collect(sourceOf('12', '345'), 5))).toBe('12345');
    const source = new HandSource();
    const collecting = collect(source, 5);
    source.chunk('12');
    source.chunk('3456');
    expect(await failureOf(collecting)).toBeInstanceOf(TooManyBytes);
    expect(source.asked).toEqual(['start', 'cancel']);
  });

  it('keeps nothing of what comes after the limit, and asks the source to stop once', async () => {
    const source = new HandSource();
    const collecting = collect(source, 1);
    source.chunk('12');
    source.chunk('34');
    source.end();
    expect(await failureOf(collecting)).toBeInstanceOf(TooManyBytes);
    expect(source.asked).toEqual(['start', 'cancel']);
  });

  it('fails with the error of the source', async () => {
    const source = new HandSource();
    const collecting = collect(source);
    const broken = new Error('broke off');
    source.chunk('x');
    source.fail(broken);
    expect(await failureOf(collecting)).toBe(broken);
  });
});

describe('join', () => {
  it('puts chunks into one piece', () => {
    expect([...join([new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3])], 3)]).toEqual([1, 2, 3]);
  });
});

describe('gathering', () => {
  it('puts chunks of every size together in order', () => {
    const random = new Random(7);
    for (let round = 0; round < 200; round += 1) {
      const gathering = new Gathering();
      const pieces: Buffer[] = [];
      for (let count = random.below(60); count > 0; count -= 1) {
        const piece = Buffer.alloc(
          random.below(random.one([3, 100, 1_023, 1_026, 40_000])),
          random.below(256),
        );
        pieces.push(piece);
        gathering.add(piece);
      }
      const whole = Buffer.concat(pieces);
      expect(gathering.size).toBe(whole.length);
      expect(whole.equals(gathering.take())).toBe(true);
      expect(gathering.size).toBe(0);
    }
  });

  it('can be used again when it was taken or dropped', () => {
    const gathering = new Gathering();
    gathering.add(Buffer.from('one'));
    gathering.add(Buffer.from('two'));
    expect(text(gathering.take())).toBe('onetwo');
    gathering.add(Buffer.from('three'));
    gathering.drop();
    expect(gathering.take().length).toBe(0);
    gathering.add(Buffer.from('four'));
    gathering.add(Buffer.from('five'));
    expect(text(gathering.take())).toBe('fourfive');
  });

  it('keeps what it took when more is gathered', () => {
    const gathering = new Gathering();
    for (const piece of ['a', 'b', 'c']) gathering.add(Buffer.from(piece));
    const first = gathering.take();
    for (const piece of ['x', 'y', 'z']) gathering.add(Buffer.from(piece));
    expect(text(first)).toBe('abc');
  });

  it('takes a body of single bytes for no more than its size', () => {
    Bun.gc(true);
    const before = process.memoryUsage().heapUsed;
    const gathering = new Gathering();
    for (let at = 0; at < 4_000_000; at += 1) gathering.add(new Uint8Array(1));
    Bun.gc(true);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
    expect(gathering.take().length).toBe(4_000_000);
  });
});

describe('tapped', () => {
  interface Seen {
    chunks: string[];
    endings: Ending[];
    troubles: unknown[];
  }

  function tap(
    source: HandSource,
    broken?: Error,
  ): { seen: Seen; sink: MemorySink; tap: ReturnType<typeof tapped> } {
    const seen: Seen = { chunks: [], endings: [], troubles: [] };
    const look = {
      chunk(bytes: Uint8Array) {
        if (broken !== undefined) throw broken;
        seen.chunks.push(text(bytes));
      },
      done(ending: Ending) {
        seen.endings.push(ending);
      },
    };
    return { seen, sink: new MemorySink(), tap: tapped(source, look, (error) => seen.troubles.push(error)) };
  }

  it('passes the very same chunks on and shows them', () => {
    const source = new HandSource();
    const { seen, sink, tap: tapping } = tap(source);
    tapping.start(sink);
    const chunk = Buffer.from('abc');
    source.chunk(chunk);
    source.end();
    expect(sink.chunks[0]).toBe(chunk);
    expect(sink.got).toEqual(['chunk abc', 'end']);
    expect(seen).toEqual({ chunks: ['abc'], endings: [{ is: 'complete' }], troubles: [] });
  });

  it('shows a chunk after it was passed on, never before', () => {
    const source = new HandSource();
    const sink = new MemorySink();
    const passedOn: number[] = [];
    const look = { chunk: () => passedOn.push(sink.got.length), done() {} };
    tapped(source, look, () => {}).start(sink);
    source.chunk('a');
    source.chunk('b');
    expect(passedOn).toEqual([1, 2]);
  });

  it('costs nobody his answer when looking fails, and does not look again', () => {
    const source = new HandSource();
    const broken = new Error('no usage');
    const { seen, sink, tap: tapping } = tap(source, broken);
    tapping.start(sink);
    source.chunk('a');
    source.chunk('b');
    source.end();
    expect(sink.got).toEqual(['chunk a', 'chunk b', 'end']);
    expect(seen).toEqual({ chunks: [], endings: [], troubles: [broken] });
  });

  it('tells how the flow ended: broken', () => {
    const source = new HandSource();
    const { seen, sink, tap: tapping } = tap(source);
    tapping.start(sink);
    const error = new Error('reset');
    source.fail(error);
    expect(sink.got).toEqual(['fail reset']);
    expect(seen.endings).toEqual([{ is: 'broken', error }]);
  });

  it('tells how the flow ended: the reader wanted no more, and only that, whatever comes afterwards', () => {
    const source = new HandSource();
    const { seen, sink, tap: tapping } = tap(source);
    tapping.start(sink);
    tapping.cancel();
    tapping.cancel();
    source.fail(new Error('closed'));
    expect(source.asked).toEqual(['start', 'cancel', 'cancel']);
    expect(seen.endings).toEqual([{ is: 'cancelled' }]);
  });

  it('lets the reader hold the flow back', () => {
    const source = new HandSource();
    const { sink, tap: tapping } = tap(source);
    tapping.start(sink);
    tapping.pause();
    tapping.resume();
    expect(source.asked).toEqual(['start', 'pause', 'resume']);
  });
});

describe('what is gathered of chunks that nobody else has', () => {
  it('is all of them, and their memory is free', () => {
    const chunks = [20_000, 70_000, 5, 30_000].map((size, at) => new Uint8Array(size).fill(at + 1));
    const expected = Buffer.concat(chunks);
    const gathering = new Gathering();
    for (const chunk of chunks) gathering.add(chunk);
    expect(Buffer.compare(gathering.takeOwn(), expected)).toBe(0);
    expect(chunks.map(({ length }) => length)).toEqual([0, 0, 5, 0]);
  });

  it('leaves memory alone that others have a part in', () => {
    const shared = new Uint8Array(60_000).fill(7);
    const gathering = new Gathering();
    gathering.add(shared.subarray(0, 30_000));
    gathering.add(shared.subarray(30_000));
    expect(gathering.takeOwn()).toHaveLength(60_000);
    expect(shared).toHaveLength(60_000);
  });

  it('is a single chunk as it came', () => {
    const only = new Uint8Array(50_000).fill(3);
    const gathering = new Gathering();
    gathering.add(only);
    expect(gathering.takeOwn()).toBe(only);
    expect(only).toHaveLength(50_000);
  });
});
