import { afterEach, expect, test } from 'bun:test';
import { hourAt, Hours } from '../../../src/usage/ledger/hours.ts';

const zone = process.env['TZ'];

afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('an hour is that of the wall where the proxy runs', () => {
  const moment = Date.UTC(2026, 10, 22, 23, 30);
  const expected: [zone: string, day: string, hour: number][] = [
    ['UTC', '2026-11-22', 23],
    ['Europe/Berlin', '2026-11-23', 0],
    ['Asia/Kolkata', '2026-11-23', 5],
    ['America/Los_Angeles', '2026-11-22', 15],
  ];
  for (const [zone, day, hour] of expected) {
    process.env['TZ'] = zone;
    expect([zone, hourAt(moment)]).toEqual([zone, { day, hour }]);
  }
});

test('in the order in which calls come, each hour is found, also where zones are a quarter off', () => {
  process.env['TZ'] = 'Asia/Kathmandu';
  const hours = new Hours();
  const begin = Date.UTC(2026, 0, 1);
  for (let minute = 0; minute < 48 * 60; minute += 5) {
    const moment = begin + minute * 60_000;
    expect(hours.of(moment)).toEqual(hourAt(moment));
  }
});
