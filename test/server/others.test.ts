import { beforeEach, expect, test } from 'bun:test';
import { watchOthers } from '../../src/server/others.ts';
import { HandClock } from '../help/a-clock.ts';
import { MemoryLog } from '../help/a-log.ts';

let clock: HandClock;
let log: MemoryLog;
/** What the database says to the next looks, in order; afterwards that nothing has changed. */
let said: (boolean | Error)[];
let reloads: string[];
let isInPlace: boolean;
let reloading: Error | undefined;

beforeEach(() => {
  clock = new HandClock();
  log = new MemoryLog();
  said = [];
  reloads = [];
  isInPlace = true;
  reloading = undefined;
  watchOthers(
    {
      database: {
        changedElsewhere() {
          const next = said.shift() ?? false;
          return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
        },
        isInPlace: () => Promise.resolve(isInPlace),
      },
      vault: { stamp: () => Promise.resolve('the same') },
      accounts: {
        reload() {
          if (reloading !== undefined) return Promise.reject(reloading);
          reloads.push('accounts');
          return Promise.resolve();
        },
      },
      keys: {
        reload() {
          reloads.push('keys');
          return Promise.resolve();
        },
      },
      spend: { reload: () => Promise.resolve() },
    },
    clock,
    log,
  );
});

const look = async (times = 1): Promise<void> => {
  for (let time = 0; time < times; time += 1) await clock.turn(500);
};

test('the first look reads everything, later ones only what has changed', async () => {
  said = [false, false, true, false];
  await look(4);
  expect(reloads).toEqual(['accounts', 'keys', 'accounts', 'keys']);
  expect(log.lines).toEqual([]);
});

test('a database that is away is told once, and once when it is back', async () => {
  said = [false, ...Array.from({ length: 20 }, () => new Error('away'))];
  await look(25);
  expect(log.events('warn')).toEqual(['changes of other processes not read']);
  expect(log.events('info')).toEqual(['changes of other processes are read again']);
});

test('a change that was seen and could not be read is read later', async () => {
  await look();
  reloads = [];
  said = [true];
  reloading = new Error('away again');
  await look();
  expect(reloads).toEqual([]);
  reloading = undefined;
  await look(2);
  expect(reloads).toEqual(['accounts', 'keys']);
});

test('a database file that is gone from its place is told once', async () => {
  await look(2);
  expect(log.events('error')).toEqual([]);
  isInPlace = false;
  await look(3);
  expect(log.events('error')).toEqual([
    'the database file was deleted or replaced; what is written now is lost when the proxy stops',
  ]);
});
