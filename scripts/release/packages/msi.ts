import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { product } from '../../../src/base/product.ts';
import type { Facts } from './facts.ts';
import { marker, markerFile } from './markers.ts';
import { fromTemplate, templates, type Values } from './template.ts';
import { tool } from './tree.ts';
import { idOf } from './versions.ts';

export interface WindowsPackage {
  readonly facts: Facts;
  readonly values: Values;
  readonly processor: 'amd64' | 'arm64';
  readonly binary: string;
  readonly folder: string;
  readonly work: string;
}

/**
 * Builds the `.msi`; gives its path. What wixl does not know is added to its tables: the entry in PATH, and ARM64,
 * for which it makes a package of x64 that says what it is.
 */
export function buildMsi({ facts, values, processor, binary, folder, work }: WindowsPackage): string {
  const place = resolve(work);
  const result = resolve(folder, `${product.binary}-windows-${processor}.msi`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  mkdirSync(folder, { recursive: true });
  rmSync(result, { force: true });
  copyFileSync(binary, join(place, `${product.binary}.exe`));
  writeFileSync(join(place, markerFile), `${marker('msi', facts, processor)}\n`);
  const id = idOf(`product ${facts.version} ${processor}`);
  writeFileSync(
    join(place, 'package.wxs'),
    fromTemplate('windows/package.wxs', { ...values, PRODUCT_ID: id }),
  );
  tool('wixl', ['wixl', '--arch', 'x64', '--output', result, 'package.wxs'], { cwd: place });
  tool('msitools', ['msibuild', result, '-i', join(templates, 'windows', 'Environment.idt')]);
  for (const [action, sequence] of [
    ['RemoveEnvironmentStrings', 3300],
    ['WriteEnvironmentStrings', 5200],
  ] as const)
    tool('msitools', [
      'msibuild',
      result,
      '-q',
      `INSERT INTO InstallExecuteSequence (Action, Sequence) VALUES ('${action}', ${sequence})`,
    ]);
  const template = `${processor === 'arm64' ? 'Arm64' : 'x64'};1033`;
  const packageId = `{${idOf(`package ${facts.version} ${processor}`)}}`;
  tool('msitools', ['msibuild', result, '-s', product.name, product.publisher, template, packageId]);
  rmSync(place, { recursive: true });
  return result;
}
