import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  /** Its program, as far as this user may know. */
  readonly command: string;
}

/** A tool of the system that hangs must not keep the message from the person (ms). */
const toolDeadlineMs = 3_000;

/** The process that listens on the TCP port, where the system tells this user; undefined otherwise. */
export async function ownerOf(port: number): Promise<PortOwner | undefined> {
  try {
    if (process.platform === 'linux') return await ownerOnLinux(port);
    return process.platform === 'win32' ? await ownerOnWindows(port) : await ownerByLsof(port);
  } catch {
    // Only a nicety of a message that is right without it.
    return undefined;
  }
}

/** From /proc (proc_net(5), proc_pid_fd(5)): the inode of the listening socket, then who has it open. */
async function ownerOnLinux(port: number): Promise<PortOwner | undefined> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const inode of listeningInodes(text, port)) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const files = await readdir(`/proc/${entry}/fd`).catch(() => []);
    for (const file of files) {
      const target = await readlink(`/proc/${entry}/fd/${file}`).catch(() => '');
      if (inodes.has(target)) return { pid: Number(entry), command: await commandOnLinux(entry) };
    }
  }
  return undefined;
}

/** The inodes of sockets in state LISTEN (0A) on `port`, from the text of /proc/net/tcp. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1]?.endsWith(suffix) === true && fields[3] === '0A' ? (fields[9] ?? []) : [];
  });
}

/** Only the program: the rest of a command line may hold secrets of others. */
async function commandOnLinux(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [program = ''] = line.split('\0');
  if (program !== '') return basename(program);
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
}

async function ownerByLsof(port: number): Promise<PortOwner | undefined> {
  const said = await outputOf('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)$/m.exec(said)?.[1];
  const command = /^c(.+)$/m.exec(said)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), command: command ?? '' };
}

async function ownerOnWindows(port: number): Promise<PortOwner | undefined> {
  const pid = listeningPid(await outputOf('netstat', ['-ano', '-p', 'TCP']), port);
  if (pid === undefined) return undefined;
  const said = await outputOf('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return { pid, command: /^"([^"]+)"/m.exec(said)?.[1] ?? '' };
}

/**
 * The process in the table of `netstat -ano` that listens on `port`. The word for "listening" is translated;
 * a foreign address with port 0 is not.
 */
export function listeningPid(table: string, port: number): number | undefined {
  for (const line of table.split('\n')) {
    const [protocol, local, foreign, ...rest] = line.trim().split(/\s+/);
    const pid = Number(rest.at(-1));
    if (
      protocol === 'TCP' &&
      local?.endsWith(`:${port}`) === true &&
      foreign?.endsWith(':0') === true &&
      pid > 0
    )
      return pid;
  }
  return undefined;
}

function outputOf(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...words], { timeout: toolDeadlineMs, windowsHide: true }, (error, stdout) => {
      // lsof exits with 1 when some of what it wanted to see is hidden from it.
      if (error !== null && stdout === '') reject(error);
      else resolve(stdout);
    });
  });
}
