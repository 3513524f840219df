import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import type { Facts } from './facts.ts';
import { linuxFiles, packed } from './linux-files.ts';
import { fromTemplate, type Values } from './template.ts';
import { layOut, setTimes, tool, type TreeFile } from './tree.ts';
import { tildeVersion } from './versions.ts';

const name = product.binary;

export interface LinuxPackage {
  readonly facts: Facts;
  readonly values: Values;
  /** `amd64` or `arm64`. */
  readonly processor: string;
  readonly binary: string;
  /** Where the package goes. */
  readonly folder: string;
  /** Where it is laid out; what is there is removed. */
  readonly work: string;
  readonly effort: 'fast' | 'strongest';
}

/** Builds the `.deb`; gives its path. Two builds of the same binary are the same to the byte. */
export function buildDeb({ facts, values, processor, binary, folder, work, effort }: LinuxPackage): string {
  const files = [...linuxFiles('deb', { binary, facts, values }), ...documents(facts, values)];
  const control: TreeFile[] = [
    controlFile('control', fromTemplate('debian/control', { ...values, ...sizes(files, processor) })),
    controlFile(
      'conffiles',
      lines(files.filter(({ isConfig }) => isConfig === true).map(({ path }) => path)),
    ),
    controlFile('md5sums', lines(files.filter(({ isConfig }) => isConfig !== true).map(sumLine))),
    ...['postinst', 'prerm', 'postrm'].map((script) =>
      controlFile(script, fromTemplate(`linux/${script}`, values), 0o755),
    ),
  ];
  const seconds = String(Date.parse(facts.date) / 1000);
  layOut(work, [...files, ...control], facts.date);
  setTimes(work, new Date(facts.date));
  mkdirSync(folder, { recursive: true });
  const result = join(folder, `${name}-linux-${processor}.deb`);
  const compression = effort === 'fast' ? ['-Zgzip', '-z1'] : ['-Zxz', '-z9', '--threads-max=1'];
  tool('dpkg', ['dpkg-deb', '--root-owner-group', ...compression, '--build', work, result], {
    env: { SOURCE_DATE_EPOCH: seconds },
  });
  rmSync(work, { recursive: true });
  return result;
}

/** What Debian's policy wants below /usr/share/doc. */
function documents(facts: Facts, values: Values): TreeFile[] {
  const folder = `/usr/share/doc/${name}`;
  const paragraphs = readFileSync('LICENSE', 'utf8').split('\n').slice(4);
  const indented = paragraphs.map((line) => ` ${line.trim() === '' ? '.' : line}`).join('\n');
  const copyright = fromTemplate('debian/copyright', {
    ...values,
    LICENSE_PARAGRAPHS: indented.replace(/(?:\n \.)+$/, ''),
  });
  const changelog = [
    `${name} (${tildeVersion(facts.version)}) unstable; urgency=medium`,
    '',
    `  * Version ${facts.version}.`,
    '',
    ` -- ${product.publisher} <${facts.maintainerAddress}>  ${new Date(facts.date).toUTCString().replace('GMT', '+0000')}`,
    '',
  ];
  const overrides = [
    '# Stripped, it is the bare runtime: its program lies behind what a linker knows of.',
    `${name}: unstripped-binary-or-object *`,
    '# The runtime brings its libraries with it, as it was built and tested.',
    `${name}: embedded-library *`,
    '# A key of the vault may stand there.',
    `${name}: non-standard-file-perm 0600 != 0644 *etc/${name}/environment*`,
    '# What it asks of the manager is plain, and works without init-system-helpers too.',
    `${name}: maintainer-script-calls-systemctl *`,
    '',
  ];
  return [
    { path: `${folder}/copyright`, mode: 0o644, from: { content: copyright } },
    { path: `${folder}/changelog.gz`, mode: 0o644, from: { content: packed(changelog.join('\n')) } },
    {
      path: `/usr/share/lintian/overrides/${name}`,
      mode: 0o644,
      from: { content: overrides.join('\n') },
    },
  ];
}

function controlFile(file: string, content: string, mode = 0o644): TreeFile {
  return { path: `/DEBIAN/${file}`, mode, from: { content } };
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

function sumLine({ path, from }: TreeFile): string {
  const content = 'file' in from ? readFileSync(from.file) : from.content;
  return `${createHash('md5').update(content).digest('hex')}  ${path.slice(1)}`;
}

function sizes(files: readonly TreeFile[], processor: string): Values {
  const bytes = files.map(({ from }) => ('file' in from ? statSync(from.file).size : from.content.length));
  const kib = bytes.reduce((sum, size) => sum + Math.ceil(size / 1024), 0);
  return { INSTALLED_KIB: String(kib), DEB_ARCHITECTURE: processor };
}
