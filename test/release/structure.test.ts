import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { faultsOf } from '../../scripts/release/structure.ts';
import { hostTarget, targetsNamed } from '../../scripts/release/targets.ts';
import { signAdHoc } from '../../scripts/release/macho-sign.ts';
import { universal } from '../../scripts/release/universal.ts';
import { withResources } from '../../scripts/release/windows-resources.ts';
import { aMachO } from '../help/a-macho.ts';
import { aWindowsProgram } from '../help/a-windows-program.ts';

const stamp = (target: string) => ({ version: '1.2.3', commit: 'c', date: 'd', target });

/** What the compiler adds, at the end of a file where nobody minds. */
const program = (target: string, folder = '/$bunfs/root/', name = 'claude-code-proxy'): Buffer =>
  Buffer.from(`${folder}${name}\0version:"1.2.3",commit:"c",date:"d",target:"${target}"\0`);

const one = (name: string) => targetsNamed(name)[0] ?? expect.unreachable();

/** With the program in its text, where a signature covers it. */
function aMacProgram(target: string, processor: 'arm64' | 'x86_64'): Buffer {
  const file = aMachO(processor);
  program(target).copy(file, 0x1000);
  return signAdHoc(file, 'claude-code-proxy');
}

test('a universal binary that is whole has no faults', () => {
  const slices = ['x86_64', 'arm64'] as const;
  const file = universal(slices.map((slice) => aMacProgram('darwin-universal2', slice)));
  expect(faultsOf(one('darwin-universal2'), file, stamp('darwin-universal2'))).toEqual([]);
  expect(faultsOf(one('darwin-arm64'), file, stamp('darwin-universal2'))).toEqual([
    'It is for arm64,x86_64, not for arm64.',
  ]);
});

test('a file that says another version, commit, date or target is told', () => {
  const file = aMacProgram('darwin-arm64', 'arm64');
  const asked = { ...stamp('darwin-arm64'), commit: 'other' };
  expect(faultsOf(one('darwin-arm64'), file, asked)).toEqual([
    'It does not say {version:"1.2.3",commit:"other",date:"d",target:"darwin-arm64"}.',
  ]);
});

test('a stripped file, native parts, source maps and UPX are told', () => {
  const file = (more: string): Buffer => {
    const made = aMachO();
    Buffer.concat([program('darwin-arm64'), Buffer.from(more)]).copy(made, 0x1000);
    return signAdHoc(made, 'claude-code-proxy');
  };
  const faults = (more: string): string =>
    faultsOf(one('darwin-arm64'), file(more), stamp('darwin-arm64')).join();
  expect(faults('')).toBe('');
  expect(faults('/$bunfs/root/keyring-abc123.node\0')).toContain('native parts');
  expect(faults('/$bunfs/root/main.js.map\0')).toContain('source map');
  expect(faults('UPX!')).toContain('UPX');
  const bare = signAdHoc(aMachO(), 'claude-code-proxy');
  expect(faultsOf(one('darwin-arm64'), bare, stamp('darwin-arm64')).join()).toContain(
    'no claude-code-proxy in it',
  );
});

test('an executable of Windows has a processor, an icon and a version', () => {
  const target = 'windows-amd64';
  const end = program(target, 'B:/~BUN/root/', 'claude-code-proxy.exe');
  const good = Buffer.concat([withResources(aWindowsProgram(), stamp(target)), end]);
  expect(faultsOf(one(target), good, stamp(target))).toEqual([]);
  const bare = Buffer.concat([aWindowsProgram(), end]);
  expect(faultsOf(one(target), bare, stamp(target)).join()).toContain('no icon');
  const other = Buffer.concat([good.subarray(0, -end.length), program('windows-arm64', 'B:/~BUN/root/')]);
  expect(faultsOf(one('windows-arm64'), other, stamp('windows-arm64'))).toEqual([
    'It is for another processor.',
  ]);
});

test.if(process.platform === 'linux')('the bare runtime is told from a program', () => {
  const faults = faultsOf(hostTarget(), readFileSync(process.execPath), stamp(hostTarget().name));
  expect(faults[0]).toStartWith('It does not say');
  expect(faults[1]).toStartWith('There is no claude-code-proxy in it');
  expect(faults).toHaveLength(2);
});
