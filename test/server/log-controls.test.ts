import { expect, test } from 'bun:test';
import { LogFile } from '../../src/base/log-file.ts';
import { LineLog } from '../../src/base/log.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { logControls, logLimits } from '../../src/server/log-controls.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

function aLog(clock: HandClock): LineLog {
  return new LineLog({ level: 'warn', format: 'json', colour: false, clock });
}

test('the view says which level holds, whose it is and until when', async () => {
  const clock = new HandClock(Date.UTC(2026, 10, 22, 12));
  const controls = logControls(aLog(clock), undefined);
  const asSet = { level: 'warn', settingsLevel: 'warn', until: null, file: null } as const;
  expect(controls.view()).toEqual(asSet);
  controls.hold('debug', 60);
  expect(controls.view()).toEqual({ ...asSet, level: 'debug', until: '2026-11-22T12:01:00.000Z' });
  await clock.turn(60_000);
  expect(controls.view()).toEqual(asSet);
  controls.hold('debug', 60);
  controls.release();
  expect(controls.view()).toEqual(asSet);
});

test('the view says where the file is and what is wrong with it', async () => {
  const clock = new HandClock();
  // A folder is where the file should be.
  const path = folder();
  const file = new LogFile({
    path,
    isOwnFolder: false,
    limits: logLimits(defaultSettings.log),
    clock,
    onTrouble: () => {},
    onRecovery: () => {},
  });
  const controls = logControls(aLog(clock), file);
  expect(controls.view().file).toEqual({ path, trouble: null, lost: 0 });
  file.write('x\n');
  await until(async () => {
    await clock.turn(100);
    return file.trouble !== undefined;
  });
  expect(controls.view().file).toEqual({ path, trouble: expect.stringContaining('EISDIR'), lost: 0 });
  await file.close();
});

test('the limits are those of the settings', () => {
  expect(logLimits({ ...defaultSettings.log, maxFileBytes: 5, keepFiles: 6, keepDays: 7 })).toEqual({
    maxBytes: 5,
    keepFiles: 6,
    keepDays: 7,
  });
});
