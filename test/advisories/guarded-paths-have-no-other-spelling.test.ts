// The attack: administration paths are refused by name. An attacker asks for them under a name that the
// proxy does not know and the upstream (or a server in front of it) reads as the same: another case, escapes,
// double escapes, dot segments, doubled slashes, path parameters, look-alike characters.
import { describe, expect, it } from 'bun:test';
import { GatewayError } from '../../src/base/errors.ts';
import { routeOf } from '../../src/proxy/route.ts';
import { Random } from '../help/a-random.ts';

/** Everything that some server somewhere makes of a path before it looks at it, applied until nothing changes. */
function asSomebodyReadsIt(target: string): string[] {
  const seen = new Set<string>([target.split('?')[0] ?? '']);
  const readings: ((path: string) => string)[] = [
    (path) =>
      path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    (path) =>
      path.replaceAll(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    (path) => Buffer.from(path, 'latin1').toString('utf8'),
    (path) => path.normalize('NFKC'),
    (path) => path.toLowerCase(),
    (path) => path.replaceAll('\\', '/'),
    (path) => path.replaceAll(/;[^/]*/g, ''),
    (path) => path.replaceAll(/\/{2,}/g, '/'),
    (path) => path.replaceAll(/[\0-\x20\x7f]/g, ''),
    (path) => path.replaceAll(/[.\s]+(?=\/|$)/g, ''),
    (path) => path.replace(/[#?].*$/s, ''),
    (path) => path.replace(/\.(?:json|html)$/, ''),
    (path) => new URL(`http://x${path.startsWith('/') ? '' : '/'}${path}`).pathname,
  ];
  for (const path of seen) {
    if (seen.size > 3_000) break;
    for (const read of readings) {
      try {
        seen.add(read(path));
      } catch {
        // Such a server would refuse it.
      }
    }
  }
  return [...seen];
}

const guarded = /^\/v1\/(?:organizations|oauth|tunnels)(?:\/|$)/;

/** Whether the call would be passed on. */
function passes(target: string, method = 'GET'): boolean {
  try {
    return routeOf(method, target, false) !== undefined;
  } catch (error) {
    if (error instanceof GatewayError) return false;
    throw error;
  }
}

const letters = (word: string, how: (letter: string, at: number) => string): string =>
  word.split('').map(how).join('');
const hex = (letter: string): string => letter.charCodeAt(0).toString(16);

const spellings: [what: string, spell: (group: string) => string][] = [
  ['plainly', (group) => `/v1/${group}/me`],
  ['without anything behind', (group) => `/v1/${group}`],
  ['with a slash behind', (group) => `/v1/${group}/`],
  ['with a query', (group) => `/v1/${group}?x=1`],
  ['by the alias', (group) => `/api/v1/${group}/me`],
  ['by the alias twice', (group) => `/api/api/v1/${group}/me`],
  ['in capitals', (group) => `/v1/${group.toUpperCase()}/me`],
  ['with one capital', (group) => `/v1/${group.slice(0, 3)}${group.slice(3).toUpperCase()}/me`],
  ['with the version in capitals', (group) => `/V1/${group}/me`],
  ['with one letter escaped', (group) => `/v1/%${hex(group.charAt(0))}${group.slice(1)}/me`],
  ['with every letter escaped', (group) => `/v1/${letters(group, (one) => `%${hex(one)}`)}/me`],
  [
    'with every letter escaped in capitals',
    (group) => `/v1/${letters(group, (one) => `%${hex(one).toUpperCase()}`)}/me`,
  ],
  ['escaped twice', (group) => `/v1/${letters(group, (one) => `%25${hex(one)}`)}/me`],
  ['escaped three times', (group) => `/v1/%2525${hex(group.charAt(0))}${group.slice(1)}/me`],
  ['escaped as %u', (group) => `/v1/%u00${hex(group.charAt(0))}${group.slice(1)}/me`],
  ['with the version escaped', (group) => `/%76%31/${group}/me`],
  ['with an escaped slash', (group) => `/v1%2F${group}/me`],
  ['with an escaped slash behind', (group) => `/v1/${group}%2fme`],
  ['with an escaped backslash', (group) => `/v1%5C${group}/me`],
  ['with a backslash', (group) => `/v1\\${group}\\me`],
  ['with slashes doubled before', (group) => `/v1//${group}/me`],
  ['with slashes doubled at the beginning', (group) => `//v1/${group}/me`],
  ['with slashes doubled behind', (group) => `/v1/${group}//me`],
  ['over a dot', (group) => `/v1/./${group}/me`],
  ['over two dots', (group) => `/v1/models/../${group}/me`],
  ['over dots below messages', (group) => `/v1/messages/../${group}/me`],
  ['over escaped dots', (group) => `/v1/models/%2e%2e/${group}/me`],
  ['over half-escaped dots', (group) => `/v1/models/.%2E/${group}/me`],
  ['over dots escaped twice', (group) => `/v1/models/%252e%252e/${group}/me`],
  ['over dots and an escaped slash', (group) => `/v1/models/..%2f${group}/me`],
  ['over dots, all escaped', (group) => `/v1/models/x%2F..%2F..%2F${group}/me`],
  ['over dots and an escaped backslash', (group) => `/v1/models/..%5c${group}/me`],
  ['over dots with parameters', (group) => `/v1/models/..;/${group}/me`],
  ['over dots with parameters, escaped', (group) => `/v1/models/..%3b/${group}/me`],
  ['over a dot with parameters', (group) => `/v1/.;x=1/${group}/me`],
  ['over an empty segment with parameters', (group) => `/v1/;x/${group}/me`],
  ['with parameters', (group) => `/v1/${group};x=1/me`],
  ['with parameters on the version', (group) => `/v1;x=1/${group}/me`],
  ['over overlong dots', (group) => `/v1/models/%c0%ae%c0%ae/${group}/me`],
  ['over wide dots', (group) => `/v1/models/%ef%bc%8e%ef%bc%8e/${group}/me`],
  [
    'in wide letters',
    (group) => `/v1/${letters(group, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0))}/me`,
  ],
  ['with a long s', (group) => `/v1/${group.replace('s', '\u017f')}/me`],
  ['with a long s, escaped', (group) => `/v1/${group.replace('s', '%c5%bf')}/me`],
  ['with a dot behind', (group) => `/v1/${group}./me`],
  ['with a blank behind', (group) => `/v1/${group}%20/me`],
  ['with a blank before', (group) => `/v1/%20${group}/me`],
  ['with a tab', (group) => `/v1/\t${group}/me`],
  ['with a line break', (group) => `/v1/%0a${group}/me`],
  ['with a NUL', (group) => `/v1/${group}%00/me`],
  ['with an ending', (group) => `/v1/${group}.json`],
  ['behind a number sign', (group) => `/v1/models#/../${group}/me`],
  ['behind an escaped number sign', (group) => `/v1/${group}%23x`],
  ['behind an escaped question mark', (group) => `/v1/${group}%3fx=1`],
  ['as a whole URL', (group) => `http://localhost/v1/${group}/me`],
  ['as a whole URL without a scheme', (group) => `//localhost/v1/${group}/me`],
  ['out of the alias', (group) => `/api/v1/../v1/${group}/me`],
  ['out of the greeting', (group) => `/api/hello/../../v1/${group}/me`],
  ['out of the status', (group) => `/status/../v1/${group}/me`],
];

describe.each(['organizations', 'oauth', 'tunnels'])('/v1/%s is not reached', (group) => {
  for (const [what, spell] of spellings) {
    it(what, () => {
      for (const method of ['GET', 'POST', 'DELETE']) expect(passes(spell(group), method)).toBe(false);
    });
  }
});

it('the attacks are attacks: most of these spellings mean a guarded path to somebody', () => {
  const meant = spellings.filter(([, spell]) =>
    asSomebodyReadsIt(spell('oauth')).some((path) => guarded.test(path)),
  );
  expect(meant.length).toBeGreaterThan(spellings.length * 0.6);
});

it('no path that passes means a guarded one to anybody, in 20,000 paths put together at random', () => {
  const random = new Random(1);
  const pieces = [
    '/',
    '/',
    '/',
    'v1',
    'v1',
    '/v1/',
    'models',
    'messages',
    'organizations',
    'oauth',
    'OAUTH',
    'tunnels',
    '..',
    '.',
    '%2e',
    '%2f',
    '%252f',
    '%5c',
    '\\',
    ';',
    ';x',
    '%3b',
    '%00',
    '#',
    'api',
    'x',
    '%6f',
    '%25',
    '//',
    '%ef%bc%8f',
    '.json',
  ];
  let passed = 0;
  for (let round = 0; round < 20_000; round += 1) {
    let target = random.one(['/v1/', '/v1/', '/v1/models/', '/v1/files/a', '/api/v1/', '/']);
    for (let length = 1 + random.below(7); length > 0; length -= 1) target += random.one(pieces);
    if (!passes(target)) continue;
    passed += 1;
    const path = target.replace(/^\/api(?=\/v1\/)/, '');
    const reached = asSomebodyReadsIt(path).find((reading) => guarded.test(reading));
    if (reached !== undefined) throw new Error(`${target} reaches ${reached}`);
  }
  expect(passed).toBeGreaterThan(500);
});
