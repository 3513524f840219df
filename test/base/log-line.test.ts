import { describe, expect, test } from 'bun:test';
import { entryFrom, prettyLine, sealedLine, type LogEntry } from '../../src/base/log-line.ts';

const entry: LogEntry = {
  at: Date.UTC(2026, 10, 22, 12, 0, 0, 7),
  level: 'warn',
  event: 'account rests',
  facts: { account: 'work', status: 429, isFirst: true, until: null },
};

describe('a line that is read back', () => {
  test('is the entry it was made of', () => {
    expect(entryFrom(sealedLine(entry).json)).toEqual(entry);
  });

  test('of another hand shows what it holds as text', () => {
    const line = '{"time":"2026-11-22T12:00:00Z","level":"info","event":"x","deep":{"a":[1]}}';
    expect(entryFrom(line)?.facts).toEqual({ deep: '{"a":[1]}' });
  });

  test('that is no line of a log is none', () => {
    const none = [
      '',
      '{"half',
      'null',
      '[]',
      '7',
      '{}',
      '{"time":"yesterday","level":"info","event":"x"}',
      '{"time":"2026-11-22T12:00:00Z","level":"loud","event":"x"}',
      '{"time":"2026-11-22T12:00:00Z","level":"info","event":7}',
    ];
    for (const line of none) expect(entryFrom(line)).toBeUndefined();
  });

  test('drives no terminal, whatever stands in it', () => {
    const evil = '\u001b[2J\u009b31m\u202e\u2028\u0007';
    const line = JSON.stringify({
      time: '2026-11-22T12:00:00Z',
      level: 'info',
      event: `x${evil}`,
      [`n${evil}`]: `v${evil}`,
    });
    const read = entryFrom(line);
    expect(read).toBeDefined();
    const shown = read && prettyLine(read, { colour: false });
    // oxlint-disable-next-line no-control-regex -- control characters are the point
    expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
  });
});

test('for a person it has the day before the time where it may be any day, in local time', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
  const shown = prettyLine({ ...entry, at, facts: {} }, { colour: false, withDay: true });
  expect(shown).toBe('2026-01-02 03:04:05.006 warn  account rests\n');
});

test.each([0, 7, 999, 1_000, 1_790_000_000_999, 1_790_000_001_000, 1_790_000_000_042.9, -1])(
  'a line of moment %p has it as the platform writes it, whatever line was before',
  (at) => {
    const { json } = sealedLine({ at, level: 'info', event: 'x', facts: {} });
    expect(JSON.parse(json)).toMatchObject({ time: new Date(at).toISOString() });
  },
);
