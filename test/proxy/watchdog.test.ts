import { describe, expect, it } from 'bun:test';
import { watched } from '../../src/proxy/watchdog.ts';
import { HandClock } from '../help/a-clock.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';

const idle = 330_000;

function watching(): {
  source: HandSource;
  sink: MemorySink;
  clock: HandClock;
  tap: ReturnType<typeof watched>;
} {
  const source = new HandSource();
  const clock = new HandClock();
  return { source, sink: new MemorySink(), clock, tap: watched(source, idle, clock) };
}

const silence = `fail no byte from the upstream for ${idle} ms`;

describe('a watched source', () => {
  it('passes everything on as it comes', () => {
    const { source, sink, clock, tap } = watching();
    tap.start(sink);
    const chunk = Buffer.from('a');
    source.chunk(chunk);
    source.chunk('b');
    source.end();
    expect(sink.got).toEqual(['chunk a', 'chunk b', 'end']);
    expect(sink.chunks[0]).toBe(chunk);
    expect(clock.waiting).toBe(0);
  });

  it('breaks after silence, not before and at most a tenth later, and closes what is behind it', async () => {
    for (const at of [1, 20_000, idle / 10, idle - 1]) {
      const { source, sink, clock, tap } = watching();
      tap.start(sink);
      await clock.turn(at);
      source.chunk('a');
      await clock.turn(idle - 1);
      expect(sink.got).toEqual(['chunk a']);
      await clock.turn(1 + idle / 10);
      expect(sink.got).toEqual(['chunk a', silence]);
      expect(source.asked).toEqual(['start', 'cancel']);
      expect(clock.waiting).toBe(0);
    }
  });

  it('breaks also where not a single byte ever came', async () => {
    const { sink, clock, tap } = watching();
    tap.start(sink);
    await clock.turn(idle);
    expect(sink.got).toEqual([silence]);
  });

  it('takes any byte for life, for hours', async () => {
    const { source, sink, clock, tap } = watching();
    tap.start(sink);
    for (let pings = 0; pings < 100; pings += 1) {
      await clock.turn(idle - 1);
      source.chunk(':\n\n');
    }
    expect(sink.got).toHaveLength(100);
    tap.cancel();
    expect(clock.waiting).toBe(0);
  });

  it('does not count the time in which its reader holds the flow back', async () => {
    const { source, sink, clock, tap } = watching();
    tap.start(sink);
    await clock.turn(idle - 10);
    tap.pause();
    await clock.turn(idle * 20);
    expect(sink.got).toEqual([]);
    tap.resume();
    await clock.turn(idle - 1);
    expect(sink.got).toEqual([]);
    await clock.turn(1 + idle / 10);
    expect(sink.got).toEqual([silence]);
    expect(source.asked).toEqual(['start', 'pause', 'resume', 'cancel']);
  });

  it('says nothing more once it is over, whatever the source still does', async () => {
    for (const finish of ['end', 'fail', 'cancel', 'silence'] as const) {
      const { source, sink, clock, tap } = watching();
      tap.start(sink);
      if (finish === 'end') source.end();
      else if (finish === 'fail') source.fail(new Error('reset'));
      else if (finish === 'cancel') tap.cancel();
      else await clock.turn(idle);
      const before = [...sink.got];
      source.chunk('late');
      source.end();
      source.fail(new Error('late'));
      tap.cancel();
      await clock.turn(idle * 3);
      expect([finish, sink.got]).toEqual([finish, before]);
      expect(source.asked.filter((asked) => asked === 'cancel').length).toBeLessThanOrEqual(1);
      expect(clock.waiting).toBe(0);
    }
  });

  it('passes a failure of the source on', () => {
    const { source, sink, clock, tap } = watching();
    tap.start(sink);
    source.fail(new Error('reset by peer'));
    expect(sink.got).toEqual(['fail reset by peer']);
    expect(clock.waiting).toBe(0);
  });

  it('waits for nothing before it is started', async () => {
    const { source, clock, tap } = watching();
    await clock.turn(idle * 2);
    expect([source.asked, clock.waiting]).toEqual([[], 0]);
    tap.cancel();
    expect(source.asked).toEqual(['cancel']);
  });
});
