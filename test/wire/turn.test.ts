import { describe, expect, it } from 'bun:test';
import { chunked } from '../../src/wire/framing.ts';
import { Turn } from '../../src/wire/turn.ts';
import { MemorySink } from '../help/a-source.ts';

const peer = { address: '127.0.0.1', localAddress: '127.0.0.1', secure: false };
const owner = { hold() {}, flow() {}, wanted() {} };
const aTurn = (length: number): Turn =>
  new Turn({ method: 'POST', target: '/', minor: 1, headers: ['Host', 'a'] }, length, peer, false, owner);

describe('a turn', () => {
  it('without a body gives back whatever comes', () => {
    const turn = aTurn(0);
    expect(turn.body).toBeUndefined();
    expect(turn.isBodyOver).toBe(true);
    expect(turn.read(Buffer.from('headGET'), 4)?.toString()).toBe('GET');
  });

  it('gives back what follows its body, and nothing where nothing does', () => {
    const turn = aTurn(3);
    const sink = new MemorySink();
    turn.body?.start(sink);
    expect(turn.read(Buffer.from('a'))).toBeUndefined();
    expect(turn.isBodyOver).toBe(false);
    expect(turn.read(Buffer.from('bcGET'))?.toString()).toBe('GET');
    expect(turn.isBodyOver).toBe(true);
    expect(sink.got).toEqual(['chunk a', 'chunk bc', 'end']);
    const other = aTurn(3);
    expect(other.read(Buffer.from('abc'))).toBeUndefined();
    expect(other.isBodyOver).toBe(true);
  });

  it('passes on a buffer that is all body as it is', () => {
    const turn = aTurn(6);
    const sink = new MemorySink();
    turn.body?.start(sink);
    const bytes = Buffer.from('abc');
    turn.read(bytes);
    expect(sink.chunks[0]).toBe(bytes);
  });

  it('says when its chunks are not valid', () => {
    const turn = aTurn(chunked);
    turn.read(Buffer.from('3\r\nabc\r\nx'));
    expect(turn.isWrong).toBe(true);
    expect(turn.isBodyOver).toBe(false);
  });

  it('tells its signal that the client left, before and after somebody asks for it', () => {
    const [early, late] = [aTurn(0), aTurn(0)];
    const { signal } = early;
    const reason = new Error('the client left');
    early.leave(reason);
    late.leave(reason);
    for (const told of [signal, late.signal]) {
      expect(told.aborted).toBe(true);
      expect(told.reason).toBe(reason);
    }
  });

  it('fails its body when the client leaves, and when the answer came before its end', () => {
    for (const end of [(turn: Turn) => turn.leave(new Error('why')), (turn: Turn) => turn.giveUpBody()]) {
      const turn = aTurn(3);
      const sink = new MemorySink();
      turn.body?.start(sink);
      end(turn);
      expect(sink.got).toEqual([expect.stringMatching(/^fail /)]);
    }
  });

  it('says nothing to its signal when only its body is given up', () => {
    const turn = aTurn(3);
    const { signal } = turn;
    turn.giveUpBody();
    expect(signal.aborted).toBe(false);
  });
});
