// Writes the documents that are made from declarations; with --check only says whether they are up to date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { settingsPage } from '../src/config/document.ts';
import { settingsSchema } from '../src/config/schema.ts';
import { product } from '../src/base/product.ts';
import { checkoutFacts } from './release/packages/facts.ts';
import { deployFiles } from './release/packages/deploy.ts';
import { plainValues } from './release/packages/values.ts';

const documents: { path: string; content: () => string }[] = [
  { path: 'docs/settings.md', content: settingsPage },
  { path: 'docs/config.schema.json', content: () => `${JSON.stringify(settingsSchema(), null, 2)}\n` },
  ...[...deployFiles(plainValues(checkoutFacts(product.version)))].map(([path, text]) => ({
    path: join('deploy', path),
    content: () => text,
  })),
];

const root = dirname(import.meta.dir);
const onlyCheck = process.argv.includes('--check');
const outdated: string[] = [];

for (const { path, content } of documents) {
  const file = join(root, path);
  const text = content();
  // A checkout on Windows may have turned the line ends.
  const found = (await readFile(file, 'utf8').catch(() => '')).replaceAll('\r\n', '\n');
  if (found === text) continue;
  outdated.push(path);
  if (onlyCheck) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}

if (onlyCheck && outdated.length > 0) {
  console.error(`Not what the declarations say: ${outdated.join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}
