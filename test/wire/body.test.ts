import { describe, expect, it } from 'bun:test';
import type { ByteSink } from '../../src/http/bytes.ts';
import { Body } from '../../src/wire/body.ts';
import { MemorySink } from '../help/a-source.ts';

/** A body, and what it asks of its connection. */
function aBody(): { body: Body; asked: string[]; says: (text: string, isLast?: boolean) => void } {
  const asked: string[] = [];
  const body = new Body({
    hold: () => asked.push('hold'),
    flow: () => asked.push('flow'),
    wanted: () => asked.push('wanted'),
    dropped: () => asked.push('dropped'),
  });
  return {
    body,
    asked,
    says: (text, isLast = false) => {
      body.feed(Buffer.from(text), isLast);
    },
  };
}

/** More than is read before anybody wants it. */
const much = 'x'.repeat(64 * 1024);

describe('a body', () => {
  it('passes on the very buffers that come', () => {
    const { body, says } = aBody();
    const sink = new MemorySink();
    body.start(sink);
    const bytes = Buffer.from('abc');
    body.feed(bytes, false);
    says('d', true);
    expect(sink.chunks[0]).toBe(bytes);
    expect(sink.got).toEqual(['chunk abc', 'chunk d', 'end']);
  });

  it('says that it is wanted when it is started', () => {
    const { body, asked } = aBody();
    body.start(new MemorySink());
    expect(asked).toEqual(['wanted']);
  });

  it('keeps what comes before it is started, and reads on a little: who leaves meanwhile is seen', () => {
    const { body, asked, says } = aBody();
    says('a');
    says('b');
    expect(asked).toEqual([]);
    const sink = new MemorySink();
    body.start(sink);
    expect(sink.got).toEqual(['chunk a', 'chunk b']);
    expect(asked).toEqual(['wanted']);
  });

  it.each([
    ['too much', [much]],
    ['too many pieces', Array.from({ length: 16 }, () => 'a')],
  ])('holds the connection when %s comes before it is started', (_, pieces) => {
    const { body, asked, says } = aBody();
    for (const piece of pieces) says(piece);
    expect(asked).toEqual(['hold']);
    const sink = new MemorySink();
    body.start(sink);
    expect(sink.got.length).toBe(pieces.length);
    expect(asked).toEqual(['hold', 'wanted', 'flow']);
  });

  it('keeps what comes while it is paused', () => {
    const { body, asked, says } = aBody();
    const sink = new MemorySink();
    body.start(sink);
    body.pause();
    says('a');
    says('b');
    expect(sink.got).toEqual([]);
    body.resume();
    expect(sink.got).toEqual(['chunk a', 'chunk b']);
    expect(asked).toEqual(['wanted', 'hold', 'flow']);
  });

  it('stops behind the chunk that it is paused at', () => {
    const { body, says } = aBody();
    const sink = new MemorySink();
    says('a');
    says('b');
    const stopping: ByteSink = {
      chunk(bytes) {
        sink.chunk(bytes);
        body.pause();
      },
      end: () => sink.end(),
      fail: (error) => sink.fail(error),
    };
    body.start(stopping);
    expect(sink.got).toEqual(['chunk a']);
    body.resume();
    expect(sink.got).toEqual(['chunk a', 'chunk b']);
  });

  it('keeps the order when it is paused and resumed within a chunk', () => {
    const { body, asked, says } = aBody();
    const sink = new MemorySink();
    says('a');
    says('b');
    body.start({
      chunk(bytes) {
        sink.chunk(bytes);
        body.pause();
        body.resume();
      },
      end: () => sink.end(),
      fail: (error) => sink.fail(error),
    });
    says('c', true);
    expect(sink.got).toEqual(['chunk a', 'chunk b', 'chunk c', 'end']);
    expect(asked.at(-1)).toBe('flow');
  });

  it('may end without a byte', () => {
    const { body, says } = aBody();
    const sink = new MemorySink();
    body.start(sink);
    says('', true);
    expect(sink.got).toEqual(['end']);
  });

  it('lets the connection flow at its end, however late it is read', () => {
    const { body, asked, says } = aBody();
    says(much);
    says('b', true);
    expect(asked).toEqual(['hold', 'flow']);
    const sink = new MemorySink();
    body.start(sink);
    expect(sink.got.slice(1)).toEqual(['chunk b', 'end']);
    expect(asked).toEqual(['hold', 'flow', 'wanted']);
  });

  it('holds no connection that its end came over', () => {
    const { body, asked, says } = aBody();
    says('a', true);
    body.start({ chunk: () => body.pause(), end() {}, fail() {} });
    body.resume();
    expect(asked).toEqual(['wanted']);
  });

  it('tells of its failure behind what came before', () => {
    const { body, says } = aBody();
    says('a');
    body.fail(new Error('gone'));
    const sink = new MemorySink();
    body.start(sink);
    expect(sink.got).toEqual(['chunk a', 'fail gone']);
  });

  it('tells of a failure while it is paused once it is resumed', () => {
    const { body, asked, says } = aBody();
    const sink = new MemorySink();
    body.start(sink);
    body.pause();
    says('a');
    body.fail(new Error('gone'));
    expect(sink.got).toEqual([]);
    body.resume();
    expect(sink.got).toEqual(['chunk a', 'fail gone']);
    // A connection that is gone flows no more.
    expect(asked).toEqual(['wanted', 'hold']);
  });

  it('has one ending', () => {
    const { body, says } = aBody();
    const sink = new MemorySink();
    body.start(sink);
    says('a', true);
    body.fail(new Error('gone'));
    says('b', true);
    body.cancel();
    expect(sink.got).toEqual(['chunk a', 'end']);
  });

  it('does not fail where all of it came', () => {
    const { body, says } = aBody();
    says('a', true);
    body.fail(new Error('gone'));
    const sink = new MemorySink();
    body.start(sink);
    expect(sink.got).toEqual(['chunk a', 'end']);
  });

  it('says that nobody wants the rest, once', () => {
    const { body, asked, says } = aBody();
    const sink = new MemorySink();
    body.start(sink);
    body.cancel();
    body.cancel();
    says('a', true);
    expect(asked).toEqual(['wanted', 'dropped']);
    expect(sink.got).toEqual([]);
  });

  it('delivers nothing behind the chunk that it is cancelled at', () => {
    const { body, says } = aBody();
    const sink = new MemorySink();
    says('a');
    says('b', true);
    body.start({
      chunk(bytes) {
        sink.chunk(bytes);
        body.cancel();
      },
      end: () => sink.end(),
      fail: (error) => sink.fail(error),
    });
    expect(sink.got).toEqual(['chunk a']);
  });

  it('leaves the connection alone when it is cancelled after its end', () => {
    const { body, asked, says } = aBody();
    says('a', true);
    body.cancel();
    expect(asked).toEqual([]);
  });
});
