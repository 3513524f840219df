import { expect, test } from 'bun:test';
import { Secret } from '../../../src/base/secret.ts';
import { destroyFileKeys, fileKey, makeFileKey } from '../../../src/usage/capture/file-key.ts';
import { frameHeadBytes, frameKind, openFrame, sealFrame } from '../../../src/usage/capture/frame.ts';
import { MemoryVault } from '../../help/a-kept-call.ts';

const monday = '2026-11-23.00000001';
const tuesday = '2026-11-24.00000002';

test('a key is another one for each file, and opens later what it sealed', async () => {
  const vault = new MemoryVault();
  const made = await makeFileKey(vault, monday);
  await makeFileKey(vault, tuesday);
  const sealed = (await sealFrame(made, 0, frameKind.end, new Uint8Array())).slice(frameHeadBytes);
  const [again, other] = [(await fileKey(vault, monday))!, (await fileKey(vault, tuesday))!];
  expect(await openFrame(again, 0, frameKind.end, sealed)).toEqual(new Uint8Array());
  expect(await openFrame(other, 0, frameKind.end, sealed)).toBeUndefined();
});

test('there is none for a file that has none, whose key was destroyed, or whose entry is no key', async () => {
  const vault = new MemoryVault();
  await makeFileKey(vault, monday);
  await makeFileKey(vault, tuesday);
  await destroyFileKeys(vault, [monday]);
  expect(await fileKey(vault, monday)).toBeUndefined();
  expect(await fileKey(vault, tuesday)).toBeDefined();
  await vault.set(`capture.${tuesday}`, new Secret('too short'));
  expect(await fileKey(vault, tuesday)).toBeUndefined();
});
