import { expect, test } from 'bun:test';
import { loaded } from '../../scripts/release/macho.ts';
import { signAdHoc } from '../../scripts/release/macho-sign.ts';
import { verifyMachO } from '../../scripts/release/macho-verify.ts';
import { aMachO, machOLayout } from '../help/a-macho.ts';

test('a signed executable has the right hash for every page, and says what it is called', () => {
  const [report, ...more] = verifyMachO(signAdHoc(aMachO(), 'some-program'));
  expect(more).toEqual([]);
  expect(report).toEqual({
    processor: 'arm64',
    leastSystem: '13.0',
    identifier: 'some-program',
    isAdHoc: true,
    isHardened: false,
    pages: 6,
    faults: [],
  });
});

test('what stands before the signature stays as it was, but for the sizes in the load commands', () => {
  const before = aMachO();
  const after = signAdHoc(before, 'some-program');
  const { segments, signature } = loaded(after);
  expect(signature?.offset).toBe(machOLayout.signature);
  expect(after.length).toBe(machOLayout.signature + (signature?.size ?? 0));
  expect(segments.get('__LINKEDIT')?.fileSize).toBe(after.length - machOLayout.linkEdit);
  const changed = [...before.subarray(0, machOLayout.signature)].filter((byte, at) => byte !== after[at]);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.length).toBeLessThanOrEqual(20);
});

test('signing twice gives the same bytes, and leaves what was handed in alone', () => {
  const given = aMachO('x86_64');
  const once = signAdHoc(given, 'some-program');
  expect(signAdHoc(given, 'some-program').equals(once)).toBe(true);
  expect(signAdHoc(once, 'some-program').equals(once)).toBe(true);
  expect(given.equals(aMachO('x86_64'))).toBe(true);
});

test('something behind the last segment would be lost, so it is refused', () => {
  const longer = Buffer.concat([aMachO(), Buffer.from('more')]);
  expect(() => signAdHoc(longer, 'some-program')).toThrow('behind __LINKEDIT');
});

test('a file without a place for a signature is refused', () => {
  const file = aMachO();
  // One load command fewer: that of the signature is the last.
  file.writeUInt32LE(3, 16);
  expect(() => signAdHoc(file, 'some-program')).toThrow('no signature');
});
