// Finds the runtime that package-lock.json pins, and installs the dependencies where they are missing
// or older than the lock. Plain Node (>= 20): this is what runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const stamp = join(root, 'node_modules', '.installed-lock');

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest() && bunPath() !== undefined;
}

/** The pinned runtime's executable for this machine, or undefined before the installation. */
export function bunPath() {
  const systems = { linux: 'linux', darwin: 'darwin', win32: 'windows', freebsd: 'freebsd' };
  const processors = { x64: 'x64', arm64: 'aarch64' };
  const base = `bun-${systems[process.platform]}-${processors[process.arch]}`;
  const executable = process.platform === 'win32' ? 'bun.exe' : 'bun';
  for (const variant of [base, `${base}-musl`]) {
    const path = join(root, 'node_modules', '@oven', variant, 'bin', executable);
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** Installs what the lock says, unless it is there already. Two at once wait for each other. */
export function install() {
  if (isInstalled()) return;
  const lock = join(root, '.cache', 'install.lock');
  mkdirSync(dirname(lock), { recursive: true });
  while (!tryLock(lock)) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    if (isInstalled()) return;
  }
  try {
    if (isInstalled()) return;
    process.stderr.write('Installing the dependencies (once) …\n');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const done = spawnSync(npm, args, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (done.status !== 0) fail('npm ci failed; see above. A network or a full disk is the usual cause.');
    if (bunPath() === undefined) fail(`The runtime has no build for ${process.platform} ${process.arch}.`);
    writeFileSync(stamp, lockDigest());
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function tryLock(path) {
  try {
    mkdirSync(path);
    writeFileSync(join(path, 'pid'), String(process.pid));
    return true;
  } catch {
    const owner = Number(
      existsSync(join(path, 'pid')) ? readFileSync(join(path, 'pid'), 'utf8') : process.pid,
    );
    if (!isAlive(owner)) rmSync(path, { recursive: true, force: true });
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/**
 * Runs the pinned runtime with `args` in the foreground; resolves with its exit code. Signals go through.
 * `before`: the words of a program that runs it in its own place.
 */
export function runBun(args, { before = [], ...options } = {}) {
  return new Promise((resolve) => {
    const [program, ...words] = [...before, bunPath(), ...args];
    const child = spawn(program, words, { stdio: 'inherit', ...options });
    const passOn = (signal) => {
      if (!hasItAlready(signal)) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      // What a shell says of a program that a signal ended.
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/**
 * A terminal sends Ctrl-C to everything in the foreground, and so does a console of Windows, where sending a
 * signal would end the child without a word. Passed on as well, it would count as a second one.
 */
function hasItAlready(signal) {
  if (process.platform === 'win32') return signal !== 'SIGTERM';
  return signal === 'SIGINT' && [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}
