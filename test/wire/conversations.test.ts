import { describe, expect, it } from 'bun:test';
import { silentLog } from '../../src/base/log.ts';
import type { Answer } from '../../src/http/call.ts';
import { Conversations } from '../../src/wire/conversations.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { MemoryLine } from '../help/a-line.ts';

class Setting {
  readonly clock = new HandClock();
  readonly answers: ((answer: Answer) => void)[] = [];
  readonly conversations = new Conversations({
    host: '',
    port: 0,
    log: silentLog,
    clock: this.clock,
    handler: () =>
      new Promise((resolve) => {
        this.answers.push(resolve);
      }),
  });

  connects(): MemoryLine {
    const line = new MemoryLine();
    line.user = this.conversations.begin(line);
    return line;
  }
}

/** Whether a promise is kept by now. */
async function isKept(promise: Promise<unknown>): Promise<boolean> {
  let kept = false;
  void promise.then(() => {
    kept = true;
  });
  await settled();
  return kept;
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the connections of a listener', () => {
  it('are looked at by one timer, and by none where there are none', async () => {
    const on = new Setting();
    expect(on.clock.waiting).toBe(0);
    const lines = [on.connects(), on.connects()];
    expect(on.clock.waiting).toBe(1);
    await on.clock.turn(75_000);
    expect(lines.map(({ asked }) => asked)).toEqual([['end'], ['end']]);
    for (const { user } of lines) user?.closed(undefined);
    await on.clock.turn(1_000);
    expect(on.clock.waiting).toBe(0);
  });

  it('are ended when they are idle, the rest with their answers', async () => {
    const on = new Setting();
    const [idle, busy] = [on.connects(), on.connects()];
    busy.says(get);
    const drained = on.conversations.drain(10_000);
    expect(idle.asked).toEqual(['end']);
    expect(busy.asked).toEqual([]);
    idle.user?.closed(undefined);
    expect(await isKept(drained)).toBe(false);
    on.answers[0]?.({ status: 200, headers: [], body: undefined });
    await settled();
    expect(busy.asked).toEqual(['end']);
    busy.user?.closed(undefined);
    expect(await isKept(drained)).toBe(true);
  });

  it('end with their next answers where the listener leaves, also those to come', async () => {
    const on = new Setting();
    const before = on.connects();
    on.conversations.leave();
    const lines = [before, on.connects()];
    expect(lines.map(({ asked }) => asked)).toEqual([[], []]);
    for (const line of lines) line.says(get);
    for (const answer of on.answers) answer({ status: 200, headers: [], body: undefined });
    await settled();
    expect(lines.map(({ asked }) => asked)).toEqual([['end'], ['end']]);
    for (const { text } of lines) expect(text).toContain('connection: close\r\n');
  });

  it('are cut when the time for their answers is up', async () => {
    const on = new Setting();
    const busy = on.connects();
    busy.says(get);
    const drained = on.conversations.drain(10_000);
    await on.clock.turn(9_999);
    expect(busy.asked).toEqual([]);
    await on.clock.turn(1);
    expect(busy.asked).toEqual(['reset']);
    expect(await isKept(drained)).toBe(true);
  });

  it('are cut at once where there is no time', async () => {
    const on = new Setting();
    const busy = on.connects();
    busy.says(get);
    await on.conversations.drain(0);
    expect(busy.asked).toEqual(['reset']);
  });

  it('may be told twice to go, the second time with less patience', async () => {
    const on = new Setting();
    on.connects().says(get);
    const first = on.conversations.drain(10_000);
    const second = on.conversations.drain(0);
    expect(await isKept(first)).toBe(true);
    expect(await isKept(second)).toBe(true);
  });

  it('that come while they are told to go are ended', () => {
    const on = new Setting();
    void on.conversations.drain(10_000);
    expect(on.connects().asked).toEqual(['end']);
  });
});
