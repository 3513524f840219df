import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../src/base/product.ts';
import { lockedPackages, type LockedPackage } from './locked.ts';
import { lockEntry } from './runtimes.ts';

export const noticesName = 'THIRD-PARTY-NOTICES.txt';

/** What the runtime says of its own parts; it comes with its types, in the version of the lock. */
const runtimeLicense = 'node_modules/bun-types/docs/project/license.mdx';
const rule = '─'.repeat(100);

/**
 * Whose work is in the binaries, under which terms: ours, the runtime with what is linked into it, every library.
 *
 * @throws for a package without a licence text: its terms want that it comes along
 */
export function notices(): string {
  const parts = [
    part(product.name, readFileSync('LICENSE', 'utf8')),
    part(`Bun ${lockEntry('@oven/bun-linux-x64').version} (the runtime)`, runtimeTerms()),
    part('genai-prices (figures of its price list)', licenseIn('node_modules/@pydantic/genai-prices')),
    ...lockedPackages().map((one) => part(`${one.name} ${one.version} (${one.license})`, licenseOf(one))),
  ];
  const head = `${product.name} is made of the following works. Each stands under the terms printed below its name.\n`;
  return `${head}\n${parts.join('\n')}`;
}

function part(title: string, text: string): string {
  return `${rule}\n${title}\n${rule}\n\n${text.trim()}\n`;
}

/** Its front matter is for the page it was written for. */
function runtimeTerms(): string {
  return readFileSync(runtimeLicense, 'utf8').replace(/^---\n.*?\n---\n/s, '');
}

function licenseOf({ name, folder }: LockedPackage): string {
  return licenseIn(folder, name);
}

function licenseIn(folder: string, name = folder): string {
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  if (files.length > 0)
    return files
      .toSorted()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim())
      .join('\n\n');
  return termsWithoutFile(name, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}

interface PackageJson {
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
}

/** Some packages say only by name what their terms are: those of MIT are ours as well, but for who holds the rights. */
function termsWithoutFile(name: string, { license, author }: PackageJson): string {
  const holder = typeof author === 'string' ? author : author?.name;
  if (license !== 'MIT' || holder === undefined)
    throw new Error(`${name} has no licence text: look at it before it is released.`);
  return readFileSync('LICENSE', 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}
