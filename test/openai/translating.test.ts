import { describe, expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { ChatStream } from '../../src/openai/chat-stream.ts';
import { translatedSource } from '../../src/openai/translating.ts';
import type { ByteSource } from '../../src/http/bytes.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';
import { aMessage, dataOf, eventsOf, gathered, sseBytes } from '../help/an-openai-call.ts';

const asked = { model: 'm', stream: true, includesUsage: false, isLegacy: false, custom: new Set<string>() };
const message = aMessage([{ type: 'text', text: 'größer' }]);
const bytes = sseBytes(eventsOf(message));

function translating(coding = ''): { source: HandSource; sink: MemorySink; translated: ByteSource } {
  const [source, sink] = [new HandSource(), new MemorySink()];
  const translated = translatedSource(source, new ChatStream(asked, 5), coding)!;
  translated.start(sink);
  return { source, sink, translated };
}

const said = (sink: MemorySink): string => Buffer.concat(sink.chunks).toString();

describe('translatedSource', () => {
  it('gives one chunk for each chunk that says something, and ends with the source', () => {
    const { source, sink } = translating();
    for (const event of eventsOf(message)) source.chunk(sseBytes([event]));
    source.end();
    // The beginning and the end of a block say nothing by themselves.
    expect(sink.chunks).toHaveLength(eventsOf(message).length - 2);
    expect(sink.got.at(-1)).toBe('end');
    expect(said(sink)).toEndWith('data: [DONE]\n\n');
  });

  it.each([
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['both', '\r\n'],
  ])('reads events whose lines end in %s, however they are torn', (_, end) => {
    const torn = Buffer.from(bytes.toString().replaceAll('\n', end));
    for (const size of [1, 5, torn.length]) {
      const { source, sink } = translating();
      for (let at = 0; at < torn.length; at += size) source.chunk(torn.subarray(at, at + size));
      source.end();
      expect(gathered(dataOf(said(sink)))).toMatchObject({
        message: { content: 'größer' },
        finish_reason: 'stop',
      });
    }
  });

  it('reads compressed bytes, and knows what it cannot read', () => {
    const { source, sink } = translating('gzip');
    source.chunk(gzipSync(bytes));
    source.end();
    expect(said(sink)).toEndWith('data: [DONE]\n\n');
    expect(translatedSource(new HandSource(), new ChatStream(asked, 5), 'made-up')).toBeUndefined();
  });

  it('passes on what its reader asks of it', () => {
    const { source, translated } = translating();
    translated.pause();
    translated.resume();
    translated.cancel();
    expect(source.asked).toEqual(['start', 'pause', 'resume', 'cancel']);
  });

  it('breaks off where the source does, and says nothing after it was cancelled', () => {
    const broken = translating();
    broken.source.chunk(bytes.subarray(0, 200));
    broken.source.fail(new Error('cut'));
    expect(broken.sink.got.at(-1)).toStartWith('fail');
    const left = translating();
    left.translated.cancel();
    left.source.chunk(bytes);
    left.source.end();
    expect(left.sink.got).toEqual([]);
  });

  it('what is no JSON, or not in its coding, breaks the stream off', () => {
    for (const [coding, chunk] of [
      ['', 'data: {"type":\n\n'],
      ['gzip', 'no gzip'],
    ] as const) {
      const { source, sink } = translating(coding);
      source.chunk(chunk);
      source.chunk(bytes);
      source.end();
      expect(source.asked).toContain('cancel');
      expect(sink.got.filter((one) => !one.startsWith('chunk'))).toHaveLength(1);
      expect(sink.got.at(-1)).toStartWith('fail');
    }
  });
});
