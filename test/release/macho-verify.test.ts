import { expect, test } from 'bun:test';
import { signAdHoc } from '../../scripts/release/macho-sign.ts';
import { verifyMachO } from '../../scripts/release/macho-verify.ts';
import { universal } from '../../scripts/release/universal.ts';
import { aMachO, machOLayout } from '../help/a-macho.ts';

const signed = (): Buffer => signAdHoc(aMachO(), 'some-program');
const faultsOf = (file: Buffer): string[] => verifyMachO(file).flatMap(({ faults }) => [...faults]);

test('one changed byte anywhere before the signature is found, with its page', () => {
  for (const at of [0x400, 0x1fff, 0x2000, machOLayout.signature - 1]) {
    const file = signed();
    file[at] = (file[at] ?? 0) ^ 1;
    expect(faultsOf(file)).toEqual([
      `1 of 6 pages have another hash, the first is ${Math.floor(at / 4096)}.`,
    ]);
  }
});

test('a signature that does not reach the end, or a file cut short, is found', () => {
  expect(faultsOf(Buffer.concat([signed(), Buffer.alloc(16)]))).toContain(
    `The signature ends at ${signed().length}, the slice at ${signed().length + 16}.`,
  );
  expect(faultsOf(signed().subarray(0, -16)).join()).toContain('The signature ends at');
});

test('what the compiler leaves behind is no signature', () => {
  expect(faultsOf(aMachO())).toEqual(['There is no code directory.']);
});

test('changed requirements are found', () => {
  const file = signed();
  const requirements = file.lastIndexOf(Buffer.from([0xfa, 0xde, 0x0c, 0x01]));
  file[requirements + 11] = 1;
  expect(faultsOf(file)).toEqual(['The part in slot 2 has another hash.']);
});

test('each slice of a universal file is looked at', () => {
  const broken = signAdHoc(aMachO('x86_64'), 'some-program');
  broken[0x3000] = 1;
  const reports = verifyMachO(universal([broken, signed()]));
  expect(reports.map(({ processor, faults }) => [processor, faults.length])).toEqual([
    ['x86_64', 1],
    ['arm64', 0],
  ]);
});
