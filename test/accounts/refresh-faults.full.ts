import { expect, test } from 'bun:test';
import { temporaryFolders } from '../help/a-folder.ts';
import { refreshUnderFaults } from './refresh-faults.ts';

const folder = temporaryFolders();

test('ten thousand refreshes under faults of network, provider and disk lose no account', async () => {
  const { attempts, renewed, lost, alarms } = await refreshUnderFaults(folder(), 20, 10_000, 20_261_125);
  expect([lost, alarms]).toEqual([[], 0]);
  expect(renewed).toBeGreaterThan(attempts / 2);
  console.log(`${attempts} attempts, ${renewed} of them ended well, no account lost, no alarm`);
});
