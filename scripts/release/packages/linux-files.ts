import { gzipSync } from 'node:zlib';
import { product } from '../../../src/base/product.ts';
import { completionScript } from '../../../src/cli/completion.ts';
import { declare } from '../../../src/cli/program.ts';
import { systemdUnit, unitName } from '../../../src/service/systemd-unit.ts';
import type { Facts } from './facts.ts';
import { manualPage } from './man.ts';
import { marker, markerPath } from './markers.ts';
import { fromTemplate, type Values } from './template.ts';
import type { TreeFile } from './tree.ts';

const name = product.binary;

/** What .deb and .rpm have in common; where shells look for completions differs. */
export function linuxFiles(
  kind: 'deb' | 'rpm',
  { binary, facts, values }: { binary: string; facts: Facts; values: Values },
): TreeFile[] {
  const program = declare(() => Promise.resolve(), { write: () => {} });
  const page = manualPage(program, facts.version, facts.date.slice(0, 10));
  const zsh = kind === 'deb' ? 'vendor-completions' : 'site-functions';
  const unit = systemdUnit('system', {
    program: [`/usr/bin/${name}`],
    home: undefined,
    config: undefined,
    user: undefined,
    drainSeconds: 25,
  });
  const file = (path: string, content: string | Uint8Array, mode = 0o644): TreeFile => ({
    path,
    mode,
    from: { content },
  });
  return [
    { path: `/usr/bin/${name}`, mode: 0o755, from: { file: binary } },
    file(markerPath, `${marker(kind, facts)}\n`),
    file(`/usr/lib/systemd/system/${unitName}`, unit),
    file(`/usr/lib/sysusers.d/${name}.conf`, fromTemplate('linux/sysusers.conf', values)),
    { ...file(`/etc/${name}/environment`, fromTemplate('linux/environment', values), 0o600), isConfig: true },
    file(`/usr/share/man/man1/${name}.1.gz`, packed(page)),
    file(`/usr/share/bash-completion/completions/${name}`, completionScript('bash', program)),
    file(`/usr/share/zsh/${zsh}/_${name}`, completionScript('zsh', program)),
    file(`/usr/share/fish/vendor_completions.d/${name}.fish`, completionScript('fish', program)),
  ];
}

/** As `gzip -9n`: without a time in it. */
export function packed(text: string): Uint8Array {
  return gzipSync(text, { level: 9 });
}
