#!/usr/bin/env node
// Starts the binary of this machine, which came as an optional dependency; nothing is downloaded or compiled here.
'use strict';
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { join, dirname } = require('node:path');

const packages = @NPM_PACKAGES@;

function target() {
  const processor = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform];
  const name = `${system}-${processor}`;
  if (system !== 'linux') return name;
  // musl has no version of glibc to tell. Without this, a report looks up names of hosts.
  process.report.excludeNetwork = true;
  const { header } = process.report.getReport();
  return header.glibcVersionRuntime === undefined ? `${name}-musl` : name;
}

function binary() {
  const name = packages[target()];
  if (name === undefined) return fail(`There is no binary for ${process.platform} ${process.arch}.`, 'There are some for Linux, macOS and Windows, on x64 and arm64.');
  try {
    const folder = dirname(require.resolve(`${name}/package.json`));
    return join(folder, 'bin', process.platform === 'win32' ? '@BINARY@.exe' : '@BINARY@');
  } catch {
    return fail(`The package ${name} is missing.`, 'Install again, without --omit=optional or --no-optional.');
  }
}

function fail(what, fix) {
  process.stderr.write(`error: ${what}\n  fix: ${fix}\n`);
  process.exit(126);
}

// A terminal sends Ctrl-C to everything in the foreground; passed on as well, it would count as a second one.
const atTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
let child;
// Before it starts: whoever hears of it may send a signal at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    const hasIt = process.platform === 'win32' ? signal !== 'SIGTERM' : signal === 'SIGINT' && atTerminal;
    if (!hasIt) child.kill(signal);
  });
child = spawn(binary(), process.argv.slice(2), { stdio: 'inherit', argv0: '@BINARY@' });
child.on('error', (error) => fail(`The binary cannot be started: ${error.message}`, 'Install again; it may be damaged.'));
// What a shell says of a program that a signal ended.
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
