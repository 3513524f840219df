import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { Glob } from 'bun';

const floors = [
  ['base'],
  ['config', 'http', 'prices'],
  ['database', 'credentials', 'oauth', 'wire', 'service'],
  ['access', 'accounts', 'usage', 'openai', 'update', 'simulator'],
  ['proxy', 'admin'],
  ['server', 'what-if'],
  ['cli'],
];

const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)));
const sources = [...new Glob('**/*.{ts,tsx}').scanSync('src')].toSorted();
const roomOf = (file: string): string => file.split(sep, 1)[0] ?? '';

function importsOf(file: string): string[] {
  const text = readFileSync(join('src', file), 'utf8');
  const relative = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'|new URL\(\s*'(\.[^']+)'/g);
  return [...relative].map(([, imported, located]) =>
    normalize(join(dirname(file), imported ?? located ?? '')),
  );
}

test('every file stands in a room of the house', () => {
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((file) => !floorOf.has(roomOf(file)))).toEqual([]);
});

test('every import stays in its room or goes down a floor', () => {
  const climbing: string[] = [];
  for (const file of sources) {
    const here = floorOf.get(roomOf(file)) ?? -1;
    for (const target of importsOf(file)) {
      // What lies outside src (data files, package.json) is nobody's floor.
      if (target.startsWith('..')) continue;
      const there = floorOf.get(roomOf(target)) ?? Number.POSITIVE_INFINITY;
      if (roomOf(target) !== roomOf(file) && there >= here) climbing.push(`${file} -> ${target}`);
    }
  }
  expect(climbing).toEqual([]);
});

test('only the rooms that own them touch sockets, the environment and the wall clock', () => {
  const owners: [pattern: RegExp, allowed: RegExp][] = [
    [/from 'node:(http|https|net|tls|http2)'/, /^(wire|server|cli|oauth)\//],
    [/\bprocess\.env\b/, /^(server|cli)\//],
    [/\b(setTimeout|setInterval)\(/, /^(base\/clock|cli\/|admin\/client\/)/],
    [/\bDate\.now\(\)|\bperformance\.now\(\)|new Date\(\)/, /^(base\/clock|cli\/|admin\/client\/)/],
  ];
  const trespassing: string[] = [];
  for (const file of sources) {
    const text = readFileSync(join('src', file), 'utf8');
    for (const [pattern, allowed] of owners) {
      if (pattern.test(text) && !allowed.test(file)) trespassing.push(`${file}: ${pattern.source}`);
    }
  }
  expect(trespassing).toEqual([]);
});

test('every file with JSX says whose it is: the runtime asks the folder it is started in, and that is anywhere', () => {
  const pages = sources.filter((file) => file.endsWith('.tsx'));
  const silent = pages.filter(
    (file) => !readFileSync(join('src', file), 'utf8').startsWith('/** @jsxImportSource hono/jsx */\n'),
  );
  expect(pages.length).toBeGreaterThan(0);
  expect(silent).toEqual([]);
});

test('scripts of the browser take from their own room and from the words for moments, and nobody takes from them', () => {
  const inBrowser = (file: string): boolean => file.startsWith(join('admin', 'client'));
  const crossing = sources
    .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
    .filter(([file, target]) => inBrowser(file) !== inBrowser(target));
  const shared = join('base', 'time-words.ts');
  expect(crossing.filter(([file, target]) => !inBrowser(file) || target !== shared)).toEqual([]);
});

/** A length of time by the clock on the wall: what lies between two moments. */
const isLength =
  /\b(?:performance|Date)\.now\(\)(?: \/ [\d_e]+)?\)? - [a-z(]|- (?:performance|Date)\.now\(\)/i;
const compares = /\.(?:toBe(?:Less|Greater)Than(?:OrEqual)?|toBeWithin|toBeCloseTo)\(/;

/** Expectations in the text of a test that compare a length of time, or a name that holds one, or what is made of it. */
function timedVerdicts(text: string): string[] {
  const lengths = new Set<string>();
  const found: string[] = [];
  for (const statement of text.split(';\n')) {
    const words = statement.match(/\w+/g) ?? [];
    if (!isLength.test(statement) && !words.some((word) => lengths.has(word))) continue;
    if (/\bexpect\(/.test(statement) && compares.test(statement)) found.push(statement.trim());
    const [, name, list] = /(?:const|let) (\w+)[^;{]*$|(\w+)\.push\([^;]*$/.exec(statement) ?? [];
    for (const one of [name, list]) if (one !== undefined) lengths.add(one);
  }
  return found;
}

const tests = [...new Glob('**/*.ts').scanSync('test')].toSorted();
const textOf = (file: string): string => readFileSync(join('test', file), 'utf8');

test('no test is judged by how long something took: that is for the benchmark to measure', () => {
  const planted = [
    'expect(performance.now() - began).toBeLessThan(50);\n',
    'const ms = performance.now() - began;\nexpect(ms).toBeLessThan(300);\n',
    'a();\nseen.push(Date.now() - at);\nconst median = seen.toSorted()[2];\nexpect(median).toBeLessThan(1_000);\n',
    'const age = Date.now() / 1000 - start;\nexpect(Math.abs(age)).toBeLessThan(2);\n',
  ];
  expect(planted.map((text) => timedVerdicts(text).length)).toEqual([1, 1, 1, 1]);
  // A moment that was told, give or take a minute: longer than a test may take.
  const ofMoments = new Set(
    [
      'accounts/certificates.test.ts',
      'credentials/vault-state.test.ts',
      'oauth/open.test.ts',
      'path/messages.test.ts',
      'path/records.test.ts',
    ].map((file) => normalize(file)),
  );
  const timed = tests.filter((file) => file !== 'house.test.ts' && timedVerdicts(textOf(file)).length > 0);
  expect(timed.filter((file) => !ofMoments.has(file))).toEqual([]);
  expect([...ofMoments].filter((file) => !timed.includes(file))).toEqual([]);
});

test('a journey waits ten seconds and more, and never asks the browser how long something took', () => {
  const journeys = tests.filter((file) => file.endsWith('.browser.ts'));
  const hasty = journeys.filter((file) =>
    [...textOf(file).matchAll(/\btimeout: ([\d_]+)/g)].some(
      ([, ms = '']) => Number(ms.replaceAll('_', '')) < 10_000,
    ),
  );
  const timed = journeys.filter((file) => /'longtask'|first-contentful-paint/.test(textOf(file)));
  expect(journeys.length).toBeGreaterThan(5);
  expect([hasty, timed]).toEqual([[], []]);
});
