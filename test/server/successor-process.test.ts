import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../src/admin/run-file.ts';
import { startProcess } from '../../src/server/successor-process.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
/** Ended first, whatever the test did. */
const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

/** Says that it serves, writes down what it hears, and goes on. */
const serving = `
import { appendFileSync } from 'node:fs';
const hear = (what) => appendFileSync(process.argv[2], what + '\\n');
process.on('message', hear);
process.on('disconnect', () => hear('the line closed'));
process.on('SIGTERM', () => { hear('SIGTERM'); process.exit(0); });
setInterval(() => {}, 1_000);
process.send({ listensOn: 'http://127.0.0.1:1', pid: process.pid });
`;

async function aSuccessor(isWatched: boolean) {
  const place = folder();
  const script = join(place, 'serving.mjs');
  const heard = join(place, 'heard');
  writeFileSync(script, serving);
  writeFileSync(heard, '');
  const child = startProcess({ words: [process.execPath, script, heard], env: process.env, isWatched });
  const { pid } = await child.serves;
  started.push(pid);
  return { child, pid, heard: () => readFileSync(heard, 'utf8').trim().split('\n') };
}

/** Who has the process as a child. */
const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

describe.if(process.platform === 'linux')('a process that is to succeed', () => {
  it('is a child of this one where nobody watches it, and is told to go on', async () => {
    const { child, pid, heard } = await aSuccessor(false);
    expect(parentOf(pid)).toBe(process.pid);
    await child.letGo();
    await until(() => heard().includes('serve alone'));
    expect(isAlive(pid)).toBe(true);
  });

  it('that is watched is an orphan when it is let go, and so the child of who watches', async () => {
    const { child, pid, heard } = await aSuccessor(true);
    const between = parentOf(pid);
    expect(between).not.toBe(process.pid);
    await child.letGo();
    expect(isAlive(between)).toBe(false);
    expect([process.pid, between]).not.toContain(parentOf(pid));
    await until(() => heard().includes('the line closed'));
    expect(isAlive(pid)).toBe(true);
  });

  it.each([[false], [true]])('is told to end and gets the signal, watched or not (%p)', async (isWatched) => {
    const { child, pid, heard } = await aSuccessor(isWatched);
    child.end('SIGTERM');
    expect(await child.ended).toStartWith('it ended');
    await until(() => !isAlive(pid));
    expect(heard()).toContain('SIGTERM');
  });

  it.each([[false], [true]])('is heard of when it dies, watched or not (%p)', async (isWatched) => {
    const { child, pid } = await aSuccessor(isWatched);
    process.kill(pid, 'SIGKILL');
    expect(await child.ended).toBe(isWatched ? 'it ended' : 'it ended with SIGKILL');
    child.end('SIGKILL');
  });
});
