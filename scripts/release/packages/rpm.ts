import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { product } from '../../../src/base/product.ts';
import type { LinuxPackage } from './deb.ts';
import { linuxFiles } from './linux-files.ts';
import { fromTemplate } from './template.ts';
import { layOut, tool, type TreeFile } from './tree.ts';

const processors: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

/** Builds the `.rpm`; gives its path. Two builds of the same binary are the same to the byte. */
export function buildRpm({ facts, values, processor, binary, folder, work, effort }: LinuxPackage): string {
  const files = linuxFiles('rpm', { binary, facts, values });
  const target = processors[processor];
  if (target === undefined) throw new Error(`RPM has no name for ${processor}.`);
  const top = resolve(work);
  rmSync(top, { recursive: true, force: true });
  layOut(join(top, 'SOURCES'), files, facts.date);
  const spec = join(top, 'package.spec');
  writeFileSync(
    spec,
    fromTemplate('rpm/package.spec', { ...values, RPM_FILES: files.map(fileLine).join('\n') }),
  );
  const settings = {
    _topdir: top,
    _sourcedir: join(top, 'SOURCES'),
    _rpmdir: join(top, 'RPMS'),
    // Else the name of the machine and the moment would stand in it.
    _buildhost: 'reproducible',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    _binary_payload: effort === 'fast' ? 'w1.zstdio' : 'w19.zstdio',
  };
  const defines = Object.entries(settings).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  tool('rpm', ['rpmbuild', '-bb', '--quiet', '--target', `${target}-linux`, ...defines, spec], {
    env: { SOURCE_DATE_EPOCH: String(Date.parse(facts.date) / 1000), HOME: top },
  });
  const [made = ''] = readdirSync(join(top, 'RPMS', target));
  const result = join(folder, `${product.binary}-linux-${processor}.rpm`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(top, 'RPMS', target, made), result);
  rmSync(top, { recursive: true });
  return result;
}

function fileLine({ path, mode, isConfig }: TreeFile): string {
  const octal = mode.toString(8);
  return `${isConfig === true ? '%config(noreplace) ' : ''}%attr(${octal},root,root) ${path}`;
}
