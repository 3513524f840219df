import { describe, expect, it } from 'bun:test';
import { LineLog, logLevels, silentLog, type LogOptions } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { HandClock } from '../help/a-clock.ts';

function aLog(more: Partial<LogOptions> = {}): { log: LineLog; lines: string[] } {
  const lines: string[] = [];
  const log = new LineLog({
    level: 'debug',
    format: 'json',
    colour: false,
    clock: new HandClock(Date.UTC(2026, 10, 22, 12, 0, 0, 7)),
    write: (line) => lines.push(line),
    ...more,
  });
  return { log, lines };
}

/** What strangers put into paths, model names and error messages: escape sequences in every clothing. */
const nasty = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  'line\r\nINFO forged status=200',
  '\u2028\u2029\u0085',
  '\u202e\u2066gnp.exe',
  '\u200b\u200d\ufeff\u{e0041}',
  '\u007f\u0000\b',
  '"quoted" \\',
  '\ud800',
];

/** Everything a terminal obeys or that hides what follows; the newline at the end of the line is the log's own. */
// oxlint-disable-next-line no-control-regex -- control characters are the point
const dangerous = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Cf}\p{Cs}]/u;

describe('a line of the log', () => {
  it('is one JSON object with time, level, event and facts', () => {
    const { log, lines } = aLog();
    log.info('call', { status: 200, path: '/v1/messages', moved: undefined, ok: true, none: null });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-11-22T12:00:00.007Z',
      level: 'info',
      event: 'call',
      status: 200,
      path: '/v1/messages',
      ok: true,
      none: null,
    });
  });

  it('is kept as JSON, however it is shown, also where it is shown to nobody', () => {
    const kept: string[] = [];
    const keep = (line: string): void => void kept.push(line);
    const { log, lines } = aLog({ format: 'pretty', keep });
    log.info('call', { status: 200 });
    aLog({ write: undefined, keep }).log.info('call', { status: 200 });
    expect(lines[0]).toStartWith('12:00');
    expect(kept).toHaveLength(2);
    expect(kept[1]).toBe(kept[0] ?? '');
    expect(JSON.parse(kept[0] ?? '')).toMatchObject({ event: 'call', status: 200 });
  });

  it('is cut where a stranger made it long', () => {
    const { log, lines } = aLog();
    log.info('call', { reason: 'x'.repeat(100_000) });
    expect(lines[0]?.length).toBeLessThan(2_200);
  });

  it('can be for a person, with what is not there left out', () => {
    const { log, lines } = aLog({ format: 'pretty' });
    log.warn('account rests', { account: 'work', reason: '429 rate limit', until: undefined });
    expect(lines).toEqual(['12:00:00.007 warn  account rests account=work reason="429 rate limit"\n']);
  });

  it('is coloured only where that was asked for', () => {
    const { log, lines } = aLog({ format: 'pretty', colour: true });
    log.error('broken');
    expect(lines[0]).toContain('\u001b[31merror\u001b[0m');
  });

  for (const format of ['json', 'pretty'] as const) {
    it(`brings nothing of a stranger to the terminal that it would obey (${format})`, () => {
      for (const text of nasty) {
        const { log, lines } = aLog({ format });
        log.info('call', { path: text });
        expect(lines).toHaveLength(1);
        expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
        expect(lines[0]).not.toMatch(dangerous);
      }
    });
  }

  it('keeps what it escapes: reading it gives the text again', () => {
    const text = nasty.slice(0, -1).join('|');
    const { log, lines } = aLog();
    log.info('call', { path: text });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path: text });
  });

  it('shows no secret that was put into it by mistake', () => {
    const { log, lines } = aLog();
    log.info('call', { key: String(new Secret('sk-ant-api-1')) });
    expect(lines[0]).not.toContain('sk-ant');
  });
});

describe('the level', () => {
  it('keeps lines below it back', () => {
    for (const [at, level] of logLevels.entries()) {
      const { log, lines } = aLog({ level });
      for (const each of logLevels) log[each]('x');
      const shown = logLevels.slice(at);
      expect(lines).toHaveLength(shown.length);
      for (const [place, each] of shown.entries()) expect(lines[place]).toContain(`"level":"${each}"`);
    }
  });

  it('can be changed while the log runs', () => {
    const { log, lines } = aLog({ level: 'error' });
    log.info('hidden');
    log.level = 'info';
    log.info('shown');
    expect(lines).toHaveLength(1);
  });
});

describe('a level that a command asked for', () => {
  it('goes before the one of the settings until its time is over', async () => {
    const clock = new HandClock();
    const { log, lines } = aLog({ level: 'warn', clock });
    log.hold('debug', 10_000);
    expect(log.held).toMatchObject({ level: 'debug', until: clock.now() + 10_000 });
    expect(log.level).toBe('warn');
    log.debug('shown');
    await clock.turn(9_999);
    log.debug('shown');
    await clock.turn(1);
    log.debug('hidden');
    expect(lines).toHaveLength(2);
    expect(log.held).toBeUndefined();
  });

  it('may be quieter than the settings', () => {
    const { log, lines } = aLog({ level: 'debug' });
    log.hold('error', 1_000);
    log.warn('hidden');
    expect(lines).toEqual([]);
  });

  it('is replaced by the next, with the time of that', async () => {
    const clock = new HandClock();
    const { log } = aLog({ level: 'warn', clock });
    log.hold('debug', 1_000);
    log.hold('info', 5_000);
    await clock.turn(4_999);
    expect(log.held?.level).toBe('info');
    await clock.turn(1);
    expect(log.held).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  it('can be taken back', () => {
    const clock = new HandClock();
    const { log, lines } = aLog({ level: 'warn', clock });
    log.hold('debug', 1_000);
    log.release();
    log.debug('hidden');
    expect(lines).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});

describe('the silent log', () => {
  it('says nothing', () => {
    for (const level of logLevels) expect(silentLog[level]('x', { a: 1 })).toBeUndefined();
  });
});
