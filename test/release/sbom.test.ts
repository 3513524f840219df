import { expect, test } from 'bun:test';
import packageJson from '../../package.json' with { type: 'json' };
import { sbom } from '../../scripts/release/sbom.ts';

interface Component {
  readonly name: string;
  readonly purl: string;
  readonly type: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
}

interface Bom {
  readonly serialNumber: string;
  readonly specVersion: string;
  readonly metadata: { readonly timestamp: string };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const stamp = { version: '1.2.3', commit: 'c'.repeat(40), date: '2026-01-02T03:04:05Z', target: '' };
const made = (): Bom => sbom(stamp) as Bom;

test('every dependency of the program is in it with its checksum and licence, and none of development', () => {
  const { components } = made();
  const libraries = components.filter(({ type }) => type === 'library');
  const names = libraries.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(packageJson.dependencies)));
  expect(names.filter((name) => name in packageJson.devDependencies)).toEqual([]);
  for (const { hashes, licenses } of libraries) {
    expect(hashes?.[0]).toEqual({ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) });
    expect(licenses).toHaveLength(1);
  }
});

test('the runtimes are in it, one for each system and processor', () => {
  const runtimes = made().components.filter(({ type }) => type === 'platform');
  expect(runtimes.map(({ purl }) => purl)).toContain(`pkg:npm/%40oven/bun-linux-x64@${Bun.version}`);
  expect(runtimes).toHaveLength(8);
});

test('what it says depends on what was built, and on nothing else', () => {
  expect(made()).toEqual(made());
  expect(made().metadata.timestamp).toBe('2026-01-02T03:04:05Z');
  const other = sbom({ ...stamp, commit: 'd'.repeat(40) }) as Bom;
  expect(other.serialNumber).not.toBe(made().serialNumber);
  expect(made().serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('every reference leads to a component', () => {
  const { components, dependencies } = made();
  const known = new Set(components.map(({ purl }) => purl));
  const named = dependencies.flatMap(({ dependsOn }) => dependsOn);
  expect(named.filter((ref) => !known.has(ref))).toEqual([]);
  expect(new Set(named)).toEqual(known);
});
