import { describe, expect, it } from 'bun:test';
import { LineLog } from '../../src/base/log.ts';
import { product } from '../../src/base/product.ts';
import { mayHoldSecret, redacted } from '../../src/base/redact.ts';
import { HandClock } from '../help/a-clock.ts';
import { Random } from '../help/a-random.ts';
import { anEffort } from '../help/an-effort.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function text(random: Random, length: number, of = letters): string {
  return Array.from({ length }, () => of[random.below(of.length)]).join('');
}

/** A credential as it stands somewhere: `core` is what nobody may read. */
interface Planted {
  readonly shown: string;
  readonly core: string;
}

/** Every way in which a credential can stand in a text, each with a new one. */
const ways: readonly ((random: Random) => Planted)[] = [
  ...['sk-ant-api03-', 'sk-ant-oat01-', 'sk-ant-ort01-', 'sk-ant-', 'sk-', product.keyPrefix].map(
    (kind) =>
      (random: Random): Planted => {
        const core = text(random, 20 + random.below(80), `${letters}_-`);
        return { shown: kind + core, core };
      },
  ),
  ...[
    'Authorization: Bearer ',
    'authorization=Bearer%20',
    'Bearer ',
    'bearer\t',
    'BEARER  ',
    'Basic ',
    'x-api-key: ',
    'X-Api-Key=',
    'x-ccproxy-key: ',
    'Cookie: session=',
    'set-cookie: a=b; id=',
    'password: ',
    'PASSWORD=',
    'client_secret=',
    'access_token=',
    'refresh_token: ',
    'code_verifier=',
    'Proxy-Authorization: Basic ',
    'authorization: token ',
    '?api_key=',
    '&access_token=',
    '?code=',
    'x?a=b&code=',
    'code=',
    '&state=',
    '#id_token=',
    '/callback%3Fcode%3D',
    'https://host/p?key=',
    '"access_token":"',
    '{"refresh_token": "',
    "'client_secret': '",
    '["authorization", "',
    "['x-api-key', '",
    '"password" : "',
    'CCPROXY_VAULT_KEY=',
    'api key: ',
  ].map((before) => (random: Random): Planted => {
    const core = text(random, 16 + random.below(60));
    return { shown: before + core, core };
  }),
  (random) => {
    const parts = Array.from({ length: 3 + random.below(3) }, () => text(random, 12 + random.below(60)));
    const core = random.one(parts);
    return { shown: `eyJ${parts.join('.')}`, core };
  },
  (random) => {
    const core = text(random, 12, `${letters}!$%&*+,;=:@~"'`);
    const scheme = random.one(['http', 'https', 'socks5', 'postgres']);
    return { shown: `${scheme}://user:${core}@proxy.example:8080/path`, core };
  },
  (random) => {
    const core = text(random, 16 + random.below(40));
    return { shown: `https://${core}@git.example/x`, core };
  },
  (random) => {
    const core = text(random, 16);
    return { shown: `redirect_uri=https%3A%2F%2Fuser%3A${core}%40host`, core };
  },
  (random) => {
    const core = text(random, 64);
    return { shown: `-----BEGIN EC PRIVATE KEY-----\n${core}\n-----END EC PRIVATE KEY-----`, core };
  },
];

/** Where it can stand among other text. */
const places: readonly ((shown: string) => string)[] = [
  (shown) => shown,
  (shown) => `the upstream said: ${shown}`,
  (shown) => `${shown}\nand went on`,
  (shown) => `could not connect (${shown}) to anything`,
  (shown) => `Zürich → ${shown}`,
  (shown) => JSON.stringify({ error: { message: `bad ${shown}` } }),
  (shown) => `${'x'.repeat(1_990)} ${shown}`,
  (shown) => `${shown} ${'padding '.repeat(3_000)}`,
  (shown) => `one ${shown} two ${shown}`,
  (shown) => `Error: a\n    at f (file:///x.ts:1:2)\n  cause: ${shown}`,
  (shown) => `\u001b[31m${shown}\u202e`,
];

/** One line in every clothing a log has. */
function outputs(facts: Record<string, string>, event = 'x'): string[] {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  for (const format of ['json', 'pretty'] as const)
    for (const colour of [false, true]) {
      const log = new LineLog({ level: 'debug', format, colour, clock: new HandClock(), write, keep: write });
      log.error(event, facts);
    }
  return lines;
}

describe('no credential', () => {
  it('reaches any output of the log, wherever it stands (8,000 of them)', () => {
    const random = new Random(5);
    const seen: string[] = [];
    for (let round = 0; round < 8_000 / (ways.length * places.length); round += 1)
      for (const way of ways)
        for (const place of places) {
          const { shown, core } = way(random);
          const lines = outputs({ reason: place(shown), other: 'harmless' });
          expect(lines).toHaveLength(8);
          const all = [...lines, ...lines.filter((line) => line.startsWith('{')).map(unescaped)].join('\n');
          if (all.includes(core) || all.includes(core.slice(0, 10))) seen.push(place(shown).slice(0, 200));
        }
    expect(seen).toEqual([]);
  });

  it('is overlooked by the quick look that spares ordinary lines the whole one', () => {
    const random = new Random(7);
    for (const way of Array.from({ length: 5 }, () => ways).flat())
      for (const place of places) {
        const value = place(way(random).shown);
        if (redacted(value) !== value)
          expect({ value, may: mayHoldSecret(JSON.stringify({ value })) }).toEqual({ value, may: true });
      }
  });

  it('reaches it as an event either', () => {
    for (const line of outputs({}, 'failed with sk-ant-api03-abcdefghijklmnop'))
      expect(line).not.toContain('abcdefgh');
  });
});

function unescaped(line: string): string {
  return Object.values(JSON.parse(line) as Record<string, unknown>).join('\n');
}

describe('what is no credential', () => {
  const sentences = [
    'invalid bearer token',
    'Bearer authentication failed',
    'invalid x-api-key',
    '"work" is an account of the kind api-key: it is not signed in.',
    'kept by "passphrase", and the setting allows only "key-file"',
    'connect ECONNREFUSED 127.0.0.1:443 (code: ECONNREFUSED)',
    'https://api.anthropic.com/v1/messages?beta=true answered 401',
    'the risk-averse task-force of desk-top users',
    'mail ann@example.com about it',
    'exit code 1',
    'postgres://ann@db.example:5432/proxy cannot be reached',
    'server.port is 99999; it must be a whole number from 0 to 65535',
    'POST https://gateway.example:8443/oauth/token: 503',
  ];
  it('stays as it is', () => {
    for (const sentence of sentences) expect(redacted(sentence)).toBe(sentence);
  });

  it('is not even looked at in an access line', () => {
    const line = JSON.stringify({
      time: '2026-11-22T12:00:00.007Z',
      event: 'call',
      request: 'req_0123456789abcdef0123456789abcdef',
      path: '/v1/messages',
      session: '0f6a2f64-7f2e-4c61-9e6a-0b8f5a2f7c11',
      model: 'claude-opus-5-5',
      account: 'work',
    });
    expect(mayHoldSecret(line)).toBe(false);
  });
});

it('a key keeps its kind, so that one knows what was there', () => {
  expect(redacted('key sk-ant-api03-abcdefghijkl is bad')).toBe('key sk-ant-api03-[secret] is bad');
  expect(redacted('ccp-abcdefghijklmnop')).toBe('ccp-[secret]');
  expect(redacted('GET /x?code=abc&a=b')).toBe('GET /x?code=[secret]&a=b');
  expect(redacted('https://ann:pw@host:8080/x')).toBe('https://[secret]@host:8080/x');
});

it('a long text that is made to be slow is not', () => {
  const effort = anEffort();
  for (const evil of [
    'password'.repeat(2_000),
    `password${' '.repeat(16_000)}`,
    '://'.repeat(5_000),
    'eyJ'.repeat(5_000),
    '%3A%2F%2F'.repeat(1_500),
    '-----BEGIN '.repeat(1_400),
    '"authorization"'.repeat(1_000),
    `api_key="${'\\"'.repeat(8_000)}`,
  ])
    outputs({ reason: evil });
  expect(effort()).toBeLessThan(2_000);
});
