import { describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromTemplate } from '../../scripts/release/packages/template.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { someFacts } from '../help/some-facts.ts';

const folder = temporaryFolders();

/** A systemd that can do nothing, and says what it was asked. */
const systemctl = '#!/bin/sh\necho "$*"\nexit 1\n';

/** The scripts of both packages, as the shell of the system gets them. */
function scriptsOf(place: string): Map<string, string> {
  const values = releaseValues(someFacts, place);
  const scripts = new Map(
    ['postinst', 'prerm', 'postrm'].map((name) => [name, fromTemplate(`linux/${name}`, values)]),
  );
  const spec = fromTemplate('rpm/package.spec', { ...values, RPM_FILES: '' });
  for (const [, name = '', text = ''] of spec.matchAll(/^%(post|preun|postun)\n(.*?)(?=^%|$(?![^]))/gms))
    scripts.set(name, text);
  return scripts;
}

function run(name: string, ...words: string[]) {
  const place = folder();
  const [tools, booted] = ['tools', 'booted'].map((one) => join(place, one)) as [string, string];
  for (const made of [tools, booted]) mkdirSync(made);
  for (const tool of ['systemctl', 'systemd-sysusers'])
    writeFileSync(join(tools, tool), tool === 'systemctl' ? systemctl : '#!/bin/sh\n', { mode: 0o755 });
  const text = scriptsOf(place).get(name)?.replaceAll('/run/systemd/system', booted);
  if (text === undefined) throw new Error(`no script ${name}`);
  const env = { PATH: `${tools}:/usr/bin:/bin` };
  const { exitCode, stdout, stderr } = Bun.spawnSync(['sh', '-c', text, name, ...words], { env });
  return { code: exitCode, asked: stdout.toString(), says: stderr.toString() };
}

describe.skipIf(process.platform === 'win32')('a service that does not come up', () => {
  test.each([
    ['postinst', ['configure', '1.2.2']],
    ['post', ['2']],
  ])('leaves no package half configured (%s)', (name, words) => {
    const { code, asked, says } = run(name, ...words);
    expect(code).toBe(0);
    expect(asked).toBe('daemon-reload\ntry-restart claude-code-proxy.service\n');
    expect(says).toContain('journalctl --unit=claude-code-proxy.service says why');
  });

  test.each([
    ['postinst', ['configure', '']],
    ['post', ['1']],
  ])('is not started by the first installation (%s)', (name, words) => {
    expect(run(name, ...words)).toEqual({ code: 0, asked: 'daemon-reload\n', says: '' });
  });

  test.each([
    ['prerm', 'remove', 'disable --now claude-code-proxy.service\n'],
    ['postrm', 'remove', 'daemon-reload\n'],
    ['preun', '0', 'disable --now claude-code-proxy.service\n'],
    ['postun', '0', 'daemon-reload\n'],
  ])('keeps no package from being removed (%s)', (name, word, asked) => {
    expect(run(name, word)).toEqual({ code: 0, asked, says: '' });
  });
});
