import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromTemplate } from '../../scripts/release/packages/template.ts';
import { blocksIn } from '../help/a-document.ts';
import {
  aSignedRelease,
  releaseKeyText,
  ReleaseServer,
  resign,
  smallBinary,
} from '../help/a-signed-release.ts';
import { SmallMachine } from '../help/a-small-machine.ts';
import { aSystemPart } from '../help/a-system-part.ts';

/** What a document tells somebody to type is typed, on a machine with little else, against a release on this one. */

const hasTools =
  aSystemPart('minisign', 'minisign') !== undefined && aSystemPart('curl', 'curl') !== undefined;
const page = readFileSync('docs/installation/binaries.md', 'utf8').replaceAll('\r\n', '\n');
const blocks = blocksIn(page).filter(({ language }) => language === 'sh');

describe.skipIf(!hasTools || process.platform === 'win32')('what docs/installation/binaries.md shows', () => {
  let machine: SmallMachine;
  let server: ReleaseServer;
  let called: string;
  beforeEach(async () => {
    machine = new SmallMachine(['curl', 'minisign', 'gunzip', 'install', 'grep', 'cp', 'ln']);
    machine.pretend('uname', 'case "$1" in -m) echo x86_64 ;; *) echo Linux ;; esac');
    machine.pretend('id', 'echo 1000');
    called = join(machine.folder, 'called');
    const files = aSignedRelease({ binaries: { 'linux-amd64': smallBinary('1.2.3', called) } });
    server = await ReleaseServer.open(files);
    const values = {
      BINARY: 'claude-code-proxy',
      NAME: 'Claude Code Proxy',
      LATEST: `${server.url}/latest`,
      VERSIONED: `${server.url}/v{version}`,
      KEYS: releaseKeyText,
    };
    files.set('install.sh', Buffer.from(fromTemplate('install/install.sh', values)));
    resign(files, '1.2.3');
  });
  afterEach(() => {
    machine.close();
    server.close();
  });

  /** Types the first block that holds `text`, in `folder`, as the page has it but for where the release is. */
  async function type(text: string) {
    const block = blocks.find((one) => one.text.includes(text));
    if (block === undefined) throw new Error(`no block has ${text}`);
    const script = join(machine.folder, 'typed.sh');
    const typed = block.text
      .replaceAll(/https:\/\/github\.com\/OWNER\/REPO\/releases\/latest\/download/g, `${server.url}/latest`)
      .replaceAll('PUBLIC_KEY', releaseKeyText);
    writeFileSync(script, `set -e\nPATH="$HOME/.local/bin:$PATH"\n${typed}\n`);
    return machine.run(['sh', script]);
  }

  test('installs by the script, and starts what it installed', async () => {
    const { code, err } = await type('sh install.sh');
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(existsSync(join(machine.home, '.local/bin/claude-code-proxy'))).toBe(true);
    expect(readFileSync(called, 'utf8')).toBe('\n');
  });

  test('installs by hand', async () => {
    mkdirSync(join(machine.home, '.local'));
    const { code, out, err } = await type('gunzip claude-code-proxy-linux-amd64.gz');
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toBe('claude-code-proxy 1.2.3\n');
  });

  test('verifies a release, and refuses one that somebody changed', async () => {
    writeFileSync(
      join(machine.folder, 'claude-code-proxy-linux-amd64.gz'),
      server.files.get('claude-code-proxy-linux-amd64.gz') ?? '',
    );
    const good = await type('minisign -Vm');
    expect(good.out).toContain('Signature and comment signature verified');
    expect(good.out).toContain('claude-code-proxy-linux-amd64.gz: OK');
    expect(good.code).toBe(0);

    writeFileSync(join(machine.folder, 'claude-code-proxy-linux-amd64.gz'), 'something else');
    expect((await type('minisign -Vm')).code).not.toBe(0);

    server.files.set('checksums.txt', Buffer.from('0'.repeat(64) + '  claude-code-proxy-linux-amd64.gz\n'));
    const forged = await type('minisign -Vm');
    expect(forged.err).toContain('Signature verification failed');
    expect(forged.code).not.toBe(0);
  });
});
