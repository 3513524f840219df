import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { demandsOf, newestGlibc } from '../../scripts/release/elf.ts';

test('the newest version of glibc is the highest, not the last or the longest', () => {
  expect(newestGlibc(['GLIBC_2.2.5', 'GLIBC_2.17', 'GLIBC_2.9', 'GLIBC_2.3.4', 'GCC_3.0'])).toBe('2.17');
  expect(newestGlibc(['GCC_3.0'])).toBe('');
});

test('what is no ELF file is refused', () => {
  expect(() => demandsOf(Buffer.from('#!/bin/sh\n'.repeat(20)))).toThrow('no ELF file');
});

describe.if(process.platform === 'linux')('the runtime itself', () => {
  test('wants of the system what readelf says', () => {
    const file = process.execPath;
    const { interpreter, libraries, versions } = demandsOf(readFileSync(file));
    const readelf = Bun.which('readelf');
    expect(interpreter).toMatch(/^\/lib.*\/ld-/);
    expect(libraries.length).toBeGreaterThan(0);
    if (readelf === null) return;
    const said = Bun.spawnSync([readelf, '--wide', '-dV', file]).stdout.toString();
    const needed = [...said.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name ?? '');
    expect(libraries).toEqual(needed);
    const named = [...said.matchAll(/Name: (\S+) +Flags/g)].map(([, name]) => name ?? '');
    expect(versions.toSorted()).toEqual(named.toSorted());
  });
});
