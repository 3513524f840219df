import { expect, test } from 'bun:test';
import { temporaryFolders } from '../help/a-folder.ts';
import { refreshUnderFaults } from './refresh-faults.ts';

const folder = temporaryFolders();

// Ten thousand: refresh-faults.full.ts.
test('refreshes under faults of network, provider and disk lose no account', async () => {
  const { attempts, renewed, lost, alarms } = await refreshUnderFaults(folder(), 4, 100, 1);
  expect([lost, alarms]).toEqual([[], 0]);
  expect(renewed).toBeWithin(attempts / 3, attempts * 2);
});
