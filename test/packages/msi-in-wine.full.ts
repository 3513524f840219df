import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildMsi } from '../../scripts/release/packages/msi.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { product } from '../../src/base/product.ts';
import { releaseFolder } from '../help/a-built-file.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { Wine } from '../help/a-wine.ts';
import { someFacts } from '../help/some-facts.ts';

/** The installer of Windows, by the Windows Installer of Debian's wine; a real Windows has its turn in the workflow. */

const binary = resolve(releaseFolder, `${product.binary}-windows-amd64.exe`);
const isLinux = process.platform === 'linux';
const wine64 = isLinux ? aSystemPart('wine64', 'wine64', ['/usr/lib/wine']) : undefined;
const wixl = isLinux ? aSystemPart('wixl', 'wixl') : undefined;
const isBuilt = existsSync(binary);
if (!isBuilt) console.warn(`SKIPPED: ${binary} is not there: make release-assets builds it`);

describe.skipIf(wine64 === undefined || wixl === undefined || !isBuilt)('the .msi, in wine', () => {
  const place = `C:\\Program Files\\${product.name}`;
  let wine: Wine;
  let folder: string;

  beforeAll(() => {
    wine = new Wine(wine64 ?? '');
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-msi-'));
  });
  afterAll(() => {
    wine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function msi(version: string): string {
    const facts = { ...someFacts, version };
    const values = releaseValues(facts, folder);
    const shared = { facts, values, processor: 'amd64', binary } as const;
    return wine.path(buildMsi({ ...shared, folder: join(folder, version), work: join(folder, 'work') }));
  }
  const machinePath = (): string => {
    const key = 'HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment';
    return wine.run(['reg', 'query', key, '/v', 'PATH']).out;
  };
  const inWine = (path: string): string =>
    join(wine.env['WINEPREFIX'] ?? '', 'drive_c', 'Program Files', product.name, path);

  test('installs the program for everybody, with its folder in PATH', () => {
    expect(wine.run(['msiexec', '/i', msi('1.2.3'), '/qn']).code).toBe(0);
    expect(wine.run([`${place}\\${product.binary}.exe`, '--version']).out).toStartWith(`${product.binary} `);
    expect(JSON.parse(readFileSync(inWine(`${product.binary}.install.json`), 'utf8')).by).toBe('msi');
    expect(machinePath()).toContain(place);
  });

  test('a newer one takes its place', () => {
    expect(wine.run(['msiexec', '/i', msi('1.2.4'), '/qn']).code).toBe(0);
    expect(wine.run([`${place}\\${product.binary}.exe`, '--version']).out).toStartWith(`${product.binary} `);
    const known = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
    const listed = wine.run(['reg', 'query', known, '/s']).out;
    expect(listed.match(/DisplayVersion\s+REG_SZ\s+(\S+)/)?.[1]).toBe('1.2.4');
    expect(listed.match(/DisplayVersion/g)).toHaveLength(1);
  });

  test('and is taken away whole', () => {
    const path = wine.path(join(folder, '1.2.4', `${product.binary}-windows-amd64.msi`));
    expect(wine.run(['msiexec', '/x', path, '/qn']).code).toBe(0);
    expect(existsSync(inWine(`${product.binary}.exe`))).toBe(false);
    expect(machinePath()).not.toContain(place);
  });
});
