import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packNpm } from '../../scripts/release/packages/npm.ts';
import { tool } from '../../scripts/release/packages/tree.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { someFacts } from '../help/some-facts.ts';

if (process.platform !== 'linux') test.skip('the packages for npm are made on Linux', () => {});
else {
  const target = `linux-${process.arch === 'x64' ? 'amd64' : 'arm64'}`;
  let folder: string;
  let project: string;
  let packed: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-npm-'));
    const binary = join(folder, 'binary');
    // Says what it was given, and ends as it is told to.
    writeFileSync(
      binary,
      '#!/bin/sh\necho "$0: $*"\ncase "$1" in exit) exit "$2" ;; kill) kill -TERM $$ ;; wait) trap "echo stopping; exit 7" TERM; echo waiting; while :; do sleep 0.05; done ;; esac\n',
    );
    chmodSync(binary, 0o755);
    const binaries = new Map([[target, binary]]);
    const values = releaseValues(someFacts, folder);
    packed = packNpm({
      facts: someFacts,
      values,
      binaries,
      folder: join(folder, 'out'),
      work: join(folder, 'work'),
    });
    project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    tool('npm', ['npm', 'install', '--offline', '--no-audit', '--no-fund', ...packed.toReversed()], {
      cwd: project,
    });
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (...words: string[]) =>
    Bun.spawn([join(project, 'node_modules', '.bin', 'claude-code-proxy'), ...words], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });

  test('there is one package to install, and one for each platform', () => {
    expect(packed.map((path) => path.split('/').at(-1))).toEqual([
      `claude-code-proxy-${target}-1.2.3.tgz`,
      'claude-code-proxy-1.2.3.tgz',
    ]);
    const installed = JSON.parse(
      readFileSync(join(project, 'node_modules', `claude-code-proxy-${target}`, 'package.json'), 'utf8'),
    );
    expect(installed).toMatchObject({
      os: ['linux'],
      cpu: [process.arch],
      libc: ['glibc'],
      version: '1.2.3',
    });
  });

  test('npx starts the binary with the words that were typed', () => {
    const said = tool('npm', ['npx', '--offline', 'claude-code-proxy', 'serve', '--port', '0'], {
      cwd: project,
    });
    expect(said).toContain(': serve --port 0\n');
  });

  test('it exits as the binary does, and as a shell says of one that a signal ended', async () => {
    expect(await start('exit', '5').exited).toBe(5);
    expect(await start('kill').exited).toBe(143);
  });

  test('a signal reaches the binary, once', async () => {
    const child = start('wait');
    const reader = child.stdout.getReader();
    let said = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      said += new TextDecoder().decode(part.value);
      if (said.includes('waiting')) break;
    }
    child.kill('SIGTERM');
    for (let part = await reader.read(); !part.done; part = await reader.read())
      said += new TextDecoder().decode(part.value);
    expect(said.match(/stopping/g)).toHaveLength(1);
    expect(await child.exited).toBe(7);
  });

  test('the binary knows that npm keeps it up to date', () => {
    const bin = join(project, 'node_modules', `claude-code-proxy-${target}`, 'bin');
    expect(readdirSync(bin).toSorted()).toEqual(['claude-code-proxy', 'claude-code-proxy.install.json']);
    expect(JSON.parse(readFileSync(join(bin, 'claude-code-proxy.install.json'), 'utf8'))).toEqual({
      by: 'npm',
      update: 'npm install --global claude-code-proxy@latest',
    });
  });

  test('without the package of the platform it says what to do', async () => {
    rmSync(join(project, 'node_modules', `claude-code-proxy-${target}`), { recursive: true });
    const child = start('--version');
    expect(await new Response(child.stderr).text()).toContain('Install again, without --omit=optional');
    expect(await child.exited).toBe(126);
  });
}
