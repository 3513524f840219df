import { describe, expect, it } from 'bun:test';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOutsideProfile, checkReachable, lastingProgram } from '../../src/cli/service-program.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const aFolder = temporaryFolders();

/** A program in a folder with its version, and a link to it where the shell looks, as package managers do it. */
function linked() {
  const folder = realpathSync(aFolder());
  const program = join(folder, '1.2.3');
  const link = join(folder, 'claude-code-proxy');
  writeFileSync(program, '');
  symlinkSync(program, link);
  return { folder, program, link };
}

describe('what a service starts', () => {
  it('is the link that the next upgrade leaves, where the shell finds one to this program', () => {
    const { program, link } = linked();
    expect(lastingProgram([program], () => link)).toEqual([link]);
    expect(lastingProgram([program], () => null)).toEqual([program]);
  });

  it('is no other program of the same name', () => {
    const { folder, link } = linked();
    const other = join(folder, 'other');
    writeFileSync(other, '');
    expect(lastingProgram([other], () => link)).toEqual([other]);
  });

  it('is runtime and entry file in a checkout', () => {
    const { program, link } = linked();
    expect(lastingProgram([program, '/x/main.ts'], () => link)).toEqual([program, '/x/main.ts']);
  });

  it('is nothing that npm throws away', () => {
    expect(() => lastingProgram(['/home/ann/.npm/_npx/1/node_modules/x/bin/claude-code-proxy'])).toThrow(
      expect.objectContaining({ code: 'service-passing' }),
    );
  });
});

describe('whether the user of a service gets to it', () => {
  it.skipIf(process.platform === 'win32')('depends on every folder on the way', () => {
    const folder = aFolder();
    chmodSync(folder, 0o755);
    const closed = join(folder, 'ann');
    mkdirSync(closed, { mode: 0o700 });
    const program = join(closed, 'claude-code-proxy');
    writeFileSync(program, '');
    expect(() => {
      checkReachable([program], 'claude-code-proxy');
    }).toThrow(expect.objectContaining({ code: 'service-program' }));
    checkReachable([program], 'ann');
    chmodSync(closed, 0o755);
    checkReachable([program], 'claude-code-proxy');
  });

  it('is no on Windows, where the program is in a profile', () => {
    const profile = String.raw`C:\Users\ann`;
    expect(() => {
      checkOutsideProfile([String.raw`c:\users\Ann\AppData\x.exe`], profile);
    }).toThrow(expect.objectContaining({ code: 'service-program' }));
    checkOutsideProfile([String.raw`C:\Program Files\x.exe`], profile);
    checkOutsideProfile([String.raw`C:\Users\anna\x.exe`], profile);
    checkOutsideProfile([String.raw`C:\x.exe`], '');
  });
});
