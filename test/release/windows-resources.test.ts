import { expect, test } from 'bun:test';
import { product } from '../../src/base/product.ts';
import { resourcesOf, withResources } from '../../scripts/release/windows-resources.ts';
import { aWindowsProgram } from '../help/a-windows-program.ts';

const stamp = { version: '1.2.3-rc.1', commit: 'unknown', date: 'unknown', target: 'windows-amd64' };

test('the name, the version and the icon of the product are in the resources', () => {
  expect(resourcesOf(withResources(aWindowsProgram(), stamp))).toEqual({
    name: product.name,
    version: '1.2.3-rc.1',
    hasIcon: true,
  });
});

test('a program without them has none', () => {
  expect(resourcesOf(aWindowsProgram())).toEqual({ name: '', version: '', hasIcon: false });
});

test('the same program gets the same bytes', () => {
  const [once, twice] = [withResources(aWindowsProgram(), stamp), withResources(aWindowsProgram(), stamp)];
  expect(once.equals(twice)).toBe(true);
});
