import { expect, it } from 'bun:test';
import { charactersOfDelta } from '../../../src/usage/tap/characters.ts';
import { Random } from '../../help/a-random.ts';

const count = (line: string, before = ''): number => {
  const bytes = Buffer.from(`${before}${line}`);
  return charactersOfDelta(bytes, Buffer.byteLength(before), bytes.length);
};

const delta = (type: string, member: string, text: string): string =>
  JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type, [member]: text } });

it('is the length of the text, as JSON.parse would find it', () => {
  const random = new Random(1);
  const parts = [
    'a',
    'größe',
    '"',
    '\\',
    '\\\\"',
    '\n',
    '\u0001',
    '😀',
    '日本',
    '}',
    '{"text":"',
    '": ',
    ' ',
  ];
  for (let round = 0; round < 5_000; round += 1) {
    const text = Array.from({ length: random.below(12) }, () => random.one(parts)).join('');
    const member = random.one(['text', 'thinking', 'partial_json']);
    expect(count(delta(`${member}_delta`, member, text), 'data: "text":"x"')).toBe(text.length);
  }
});

it('counts what is written as an escape as what it stands for', () => {
  expect(count('{"delta":{"text":"\\u00e9\\ud83d\\ude00\\n\\/"}}')).toBe(5);
});

it('minds no blanks', () => {
  expect(count('{"delta": {"text" : "four"} }')).toBe(4);
});

it('is nothing of what is no part of the text', () => {
  for (const line of [
    delta('signature_delta', 'signature', 'abc'),
    delta('x', 'context', 'abc'),
    '{"delta":{"text":"abc","index":1}}',
    '{"delta":{"text":null}}',
    '{"text',
    '"',
    '}',
    '',
    '"text":"',
    ':"abc"}}',
  ])
    expect(count(line)).toBe(0);
});
