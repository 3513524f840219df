import { expect, test } from 'bun:test';
import { aurVersion, idOf, msiVersion, tildeVersion } from '../../scripts/release/packages/versions.ts';

test('a version is written as each system compares it', () => {
  expect(['1.2.3', '1.2.3-rc.1'].map(tildeVersion)).toEqual(['1.2.3', '1.2.3~rc.1']);
  expect(['1.2.3', '1.2.3-rc.1'].map(aurVersion)).toEqual(['1.2.3', '1.2.3_rc.1']);
  expect(['1.2.3', '1.2.3-rc.1'].map(msiVersion)).toEqual(['1.2.3', '1.2.3']);
});

test('an id is the same for the same name, always: updates find what they replace by it', () => {
  expect(idOf('upgrade')).toBe(idOf('upgrade'));
  expect(idOf('upgrade')).not.toBe(idOf('component program'));
  expect(idOf('upgrade')).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
});
