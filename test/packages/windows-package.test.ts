import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMsi } from '../../scripts/release/packages/msi.ts';
import { tool } from '../../scripts/release/packages/tree.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { someFacts } from '../help/some-facts.ts';

const hasTools =
  process.platform === 'linux' &&
  aSystemPart('wixl', 'wixl') !== undefined &&
  aSystemPart('msibuild', 'msitools') !== undefined;

describe.skipIf(!hasTools)('the .msi', () => {
  let folder: string;
  let path: string;
  const build = (version: string, processor: 'amd64' | 'arm64'): string => {
    const facts = { ...someFacts, version };
    const binary = join(folder, 'program.exe');
    writeFileSync(binary, 'the program');
    const values = releaseValues(facts, folder);
    return buildMsi({
      facts,
      values,
      processor,
      binary,
      folder: join(folder, version),
      work: join(folder, 'work'),
    });
  };
  const table = (name: string): string[] =>
    tool('msitools', ['msiinfo', 'export', path, name]).replaceAll('\r', '').trimEnd().split('\n').slice(3);
  const property = (name: string): string | undefined =>
    table('Property')
      .find((line) => line.startsWith(`${name}\t`))
      ?.split('\t')[1];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-msi-'));
    path = build('1.2.3', 'amd64');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('says what it is and by whom, and replaces older ones', () => {
    expect(property('ProductName')).toBe('Claude Code Proxy');
    expect(property('ProductVersion')).toBe('1.2.3');
    expect(property('ALLUSERS')).toBe('1');
    expect(table('Upgrade').length).toBeGreaterThan(0);
  });

  test('another version is another product of the same line', () => {
    const first = [property('ProductCode'), property('UpgradeCode')];
    path = build('1.2.4', 'amd64');
    expect(property('UpgradeCode')).toBe(first[1]);
    expect(property('ProductCode')).not.toBe(first[0]);
    path = build('1.2.3', 'amd64');
    expect([property('ProductCode'), property('UpgradeCode')]).toEqual(first);
  });

  test('holds the program, and beside it who keeps it up to date', () => {
    const out = join(folder, 'out');
    tool('msitools', ['msiextract', '--directory', out, path]);
    const listed = tool('findutils', ['find', out, '-type', 'f']).trim().split('\n').toSorted();
    expect(listed.map((file) => file.split('/').at(-1))).toEqual([
      'claude-code-proxy.exe',
      'claude-code-proxy.install.json',
    ]);
    expect(readFileSync(listed[0]!, 'utf8')).toBe('the program');
    expect(JSON.parse(readFileSync(listed[1]!, 'utf8')).by).toBe('msi');
  });

  test('puts its folder into PATH and takes it out again', () => {
    expect(table('Environment')).toEqual(['ProgramOnPath\t=-*PATH\t[~];[INSTALLDIR]\tProgram']);
    const actions = table('InstallExecuteSequence').map((line) => line.split('\t'));
    const at = (name: string): number => Number(actions.find(([action]) => action === name)?.[2]);
    expect(at('RemoveEnvironmentStrings')).toBeLessThan(at('InstallFiles'));
    expect(at('WriteEnvironmentStrings')).toBeGreaterThan(at('InstallFiles'));
  });

  test('is updated by the one for its own processor', () => {
    for (const processor of ['amd64', 'arm64'] as const) {
      const out = join(folder, `out-${processor}`);
      tool('msitools', ['msiextract', '--directory', out, build('1.2.3', processor)]);
      const path = tool('findutils', ['find', out, '-name', '*.install.json']).trim();
      const { update } = JSON.parse(readFileSync(path, 'utf8'));
      expect(update).toContain(`$p = 'claude-code-proxy-windows-${processor}.msi'`);
    }
  });

  test('is for the processor it says', () => {
    const template = (file: string): string => tool('msitools', ['msiinfo', 'suminfo', file]);
    expect(template(path)).toContain('x64;1033');
    expect(template(build('1.2.3', 'arm64'))).toContain('Arm64;1033');
  });
});
