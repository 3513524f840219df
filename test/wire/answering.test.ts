import { describe, expect, it } from 'bun:test';
import type { Answer } from '../../src/http/call.ts';
import { Answering } from '../../src/wire/answering.ts';
import { MemoryLine } from '../help/a-line.ts';
import { HandSource, sourceOf } from '../help/a-source.ts';

/** An answer being written to a line. */
class Setting {
  readonly line = new MemoryLine();
  readonly ended: string[] = [];
  readonly answering = new Answering(this.line, (written) => this.ended.push(written));

  constructor(takes = Number.POSITIVE_INFINITY) {
    this.line.takes = takes;
    this.line.user = { data() {}, ended() {}, closed() {}, drained: () => this.answering.drained() };
  }

  begin(answer: Partial<Answer>, { method = 'GET', minor = 1, closes = false } = {}): this {
    this.answering.begin({ status: 200, headers: [], body: undefined, ...answer }, { method, minor }, closes);
    return this;
  }
}

describe('an answer at hand', () => {
  it('goes out with its length', () => {
    const { line, ended } = new Setting().begin({ headers: ['x-A', 'b'], body: Buffer.from('hello') });
    expect(line.text).toBe('HTTP/1.1 200 OK\r\nx-A: b\r\ncontent-length: 5\r\n\r\nhello');
    expect(ended).toEqual(['whole']);
  });

  it('keeps the length that it tells itself', () => {
    const { line } = new Setting().begin({ headers: ['Content-Length', '5'], body: Buffer.from('hello') });
    expect(line.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
  });

  it('of nothing has the length 0', () => {
    expect(new Setting().begin({}).line.text).toBe('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });

  it('says that the connection ends', () => {
    const { line, answering } = new Setting().begin({}, { closes: true });
    expect(line.text).toBe('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    expect(answering.closes).toBe(true);
  });

  it.each([
    ['HEAD', 200, 'HEAD', ['Content-Length', '5'], 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['HEAD without a length', 200, 'HEAD', [], 'HTTP/1.1 200 OK\r\n\r\n'],
    ['304', 304, 'GET', ['Content-Length', '9'], 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'],
    ['204', 204, 'GET', ['Content-Length', '5', 'A', 'b'], 'HTTP/1.1 204 No Content\r\nA: b\r\n\r\n'],
  ])('to %s has no body, whatever it comes with', (_, status, method, headers, text) => {
    for (const body of [undefined, Buffer.from('hello'), sourceOf('hello')]) {
      const { line, ended } = new Setting().begin({ status, headers, body }, { method });
      expect(line.text).toBe(text);
      expect(ended).toEqual(['whole']);
    }
  });

  it('closes a body that nobody may see', () => {
    const body = new HandSource();
    new Setting().begin({ body }, { method: 'HEAD' });
    expect(body.asked).toEqual(['cancel']);
  });

  it('says that some of it waits, until it is gone', () => {
    const { answering, line, ended } = new Setting(10).begin({ body: Buffer.alloc(1_000) });
    expect(answering.isHeld).toBe(true);
    expect(ended).toEqual(['whole']);
    line.read();
    expect(answering.isHeld).toBe(false);
  });

  it.each<[string, Partial<Answer>]>([
    ['a status below 200', { status: 101 }],
    ['a status that is none', { status: 1e6 }],
    ['a header that would begin a line', { headers: ['a', 'b\r\nset-cookie: c'] }],
    ['a name that would begin a line', { headers: ['a\r\nb', 'c'] }],
    ['a length longer than its bytes', { headers: ['Content-Length', '6'], body: Buffer.from('hello') }],
    ['a length shorter than its bytes', { headers: ['Content-Length', '4'], body: Buffer.from('hello') }],
    ['a length without a body', { headers: ['Content-Length', '4'] }],
    ['a length that is none', { headers: ['Content-Length', 'x'], body: Buffer.from('hello') }],
    ['a length that is none, and a source', { headers: ['Content-Length', 'x'], body: sourceOf('hello') }],
  ])('with %s is not begun', (_, answer) => {
    const setting = new Setting();
    expect(() => setting.begin(answer)).toThrow();
    expect(setting.line.text).toBe('');
    expect(setting.ended).toEqual([]);
  });
});

describe('an answer that streams through', () => {
  it('goes out in chunks where it tells no length', () => {
    const { line, ended } = new Setting().begin({ body: sourceOf('ab', '', 'c') });
    expect(line.text).toBe(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
    );
    expect(ended).toEqual(['whole']);
  });

  it('goes out as it is where it tells its length', () => {
    const { line } = new Setting().begin({ headers: ['Content-Length', '3'], body: sourceOf('ab', 'c') });
    expect(line.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc');
  });

  it('goes out until the connection ends for HTTP/1.0', () => {
    const { line, answering } = new Setting().begin({ body: sourceOf('ab', 'c') }, { minor: 0 });
    expect(line.text).toBe('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc');
    expect(answering.closes).toBe(true);
  });

  it('sends its head before its body comes', () => {
    const body = new HandSource();
    const { line, ended } = new Setting().begin({ body });
    expect(line.text).toBe('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    body.end();
    expect(line.text).toEndWith('\r\n\r\n0\r\n\r\n');
    expect(ended).toEqual(['whole']);
  });

  it('may have nothing in it', () => {
    expect(new Setting().begin({ body: sourceOf() }).line.text).toEndWith('\r\n\r\n0\r\n\r\n');
    expect(new Setting().begin({ headers: ['content-length', '0'], body: sourceOf() }).ended).toEqual([
      'whole',
    ]);
  });

  it('is broken where the body breaks, without a last chunk', () => {
    const body = new HandSource();
    const { line, ended } = new Setting().begin({ body });
    body.chunk('abc');
    body.fail(new Error('gone'));
    expect(line.text).toEndWith('3\r\nabc\r\n');
    expect(ended).toEqual(['broken']);
  });

  it('is broken where the body is shorter than its length', () => {
    const { ended } = new Setting().begin({ headers: ['Content-Length', '5'], body: sourceOf('abc') });
    expect(ended).toEqual(['broken']);
  });

  it('is broken where the body is longer than its length, and none of the rest goes out', () => {
    const body = new HandSource();
    const { line, ended } = new Setting().begin({ headers: ['Content-Length', '5'], body });
    body.chunk('abc');
    body.chunk('HTTP/1.1 200 OK\r\n\r\n');
    expect(line.text).toEndWith('\r\n\r\nabc');
    expect(ended).toEqual(['broken']);
    expect(body.asked).toEqual(['start', 'cancel']);
  });

  it('holds the body while the line is full, and lets it flow again', () => {
    const body = new HandSource();
    const { line, answering } = new Setting(80).begin({ body });
    body.chunk('x'.repeat(100));
    // A chunk that is on its way already does no harm.
    body.chunk('y');
    expect(body.asked).toEqual(['start', 'pause']);
    expect(answering.isHeld).toBe(true);
    line.read();
    expect(body.asked).toEqual(['start', 'pause', 'resume']);
    body.end();
    expect(line.text).toEndWith('\r\n1\r\ny\r\n0\r\n\r\n');
  });

  it('holds the body also while its head waits', () => {
    const body = new HandSource();
    const { line } = new Setting(5).begin({ body });
    expect(body.asked).toEqual(['start', 'pause']);
    line.read();
    expect(body.asked).toEqual(['start', 'pause', 'resume']);
  });

  it('says that its last bytes wait', () => {
    const body = new HandSource();
    const setting = new Setting().begin({ body });
    setting.line.takes = 2;
    body.end();
    expect(setting.ended).toEqual(['whole']);
    expect(setting.answering.isHeld).toBe(true);
    setting.line.read();
    expect(body.asked).toEqual(['start']);
  });

  it('stops when whoever asked is gone', () => {
    const body = new HandSource();
    const { answering, ended, line } = new Setting().begin({ body });
    answering.cancel();
    answering.cancel();
    const before = line.text;
    body.chunk('late');
    body.end();
    body.fail(new Error('late'));
    expect(body.asked).toEqual(['start', 'cancel']);
    expect(line.text).toBe(before);
    expect(ended).toEqual([]);
  });

  it('has one ending', () => {
    const body = new HandSource();
    const { ended } = new Setting().begin({ body });
    body.end();
    body.end();
    body.fail(new Error('late'));
    expect(ended).toEqual(['whole']);
  });
});
