import { expect, test } from 'bun:test';
import { memberAt, withMember, withoutMember } from '../../src/cli/json-edit.ts';

const settings = `{
    "model": "opus",
    "env": {
        "A": "1",   "B": "2"
    },
    "hooks": { "x": [1, 2, {"y": "}"}], "n": 1e400, "u": "\\u00e9\\"" },
    "last": null
}
`;

test('a new member goes behind the last one, everything else stays byte for byte', () => {
  expect(withMember(settings, ['apiKeyHelper'], 'x')).toBe(
    settings.replace('"last": null', '"last": null,\n    "apiKeyHelper": "x"'),
  );
});

test('a new member of an inner object takes its layout', () => {
  expect(withMember(settings, ['env', 'C'], '3')).toBe(
    settings.replace('"B": "2"', '"B": "2",\n        "C": "3"'),
  );
});

test('a value is replaced where it stands', () => {
  expect(withMember(settings, ['env', 'A'], 'new')).toBe(settings.replace('"A": "1"', '"A": "new"'));
});

test('objects on the way are made', () => {
  const text = withMember('{\n  "a": 1\n}\n', ['env', 'A'], '1');
  expect(text).toBe('{\n  "a": 1,\n  "env": {\n    "A": "1"\n  }\n}\n');
});

test('an empty object is opened', () => {
  expect(withMember('{}', ['a'], 1)).toBe('{\n  "a": 1\n}');
  expect(withMember('{ "env": {} }', ['env', 'A'], '1')).toBe('{ "env": {\n  "A": "1"\n} }');
});

test('what stands in the way and is no object is replaced', () => {
  expect(JSON.parse(withMember('{"env": 3}', ['env', 'A'], '1'))).toEqual({ env: { A: '1' } });
});

test('line ends of the file are kept', () => {
  const text = withMember('{\r\n  "a": 1\r\n}\r\n', ['b'], { c: 1 });
  expect(text).toBe('{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n');
});

test('a member is taken out with its comma, wherever it stands', () => {
  expect(withoutMember('{"a":1,"b":2,"c":3}', ['a'])).toBe('{"b":2,"c":3}');
  expect(withoutMember('{"a":1,"b":2,"c":3}', ['b'])).toBe('{"a":1,"c":3}');
  expect(withoutMember('{"a":1,"b":2,"c":3}', ['c'])).toBe('{"a":1,"b":2}');
  expect(withoutMember('{\n  "a": 1\n}', ['a'])).toBe('{}');
});

test('taking out what is not there changes nothing', () => {
  expect(withoutMember(settings, ['env', 'Z'])).toBe(settings);
  expect(withoutMember(settings, ['no', 'A'])).toBe(settings);
});

test('of a key that stands there twice the last is changed, and both are taken out', () => {
  expect(withMember('{"a":1,"a":2}', ['a'], 3)).toBe('{"a":1,"a":3}');
  expect(withoutMember('{"a":1,"a":2,"b":3}', ['a'])).toBe('{"b":3}');
});

test('what goes in and out again leaves the bytes as they were', () => {
  for (const text of [settings, '{"a":1}', '{ "a": {"b": []} }', '{\r\n\t"a": 1\r\n}'])
    expect(withoutMember(withMember(text, ['new'], { x: [1] }), ['new'])).toBe(text);
});

test('escaped keys are the keys they mean', () => {
  expect(withMember('{"\\u0061": 1}', ['a'], 2)).toBe('{"\\u0061": 2}');
  expect(memberAt('{"\\u0061": 1}', ['a'])).toBe(1);
});

test('what every object inherits is not a member', () => {
  expect(memberAt('{}', ['constructor'])).toBeUndefined();
  expect(memberAt('{"a": [1]}', ['a', 'length'])).toBeUndefined();
});

test('anything but an object is refused', () => {
  for (const text of ['', '[]', '1', '"x"', '{', '{"a":1,}', '// x\n{}'])
    expect(() => withMember(text, ['a'], 1)).toThrow(SyntaxError);
});

test('for random objects the edited text means the edited object', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const value = (depth: number): unknown => {
    const kind = random(depth > 2 ? 4 : 6);
    if (kind === 4) return Array.from({ length: random(3) }, () => value(depth + 1));
    if (kind === 5) return object(depth + 1);
    return [1, 'a"b\\', null, true][kind];
  };
  const object = (depth: number): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: random(4) }, (_, at) => [`k${at}`, value(depth)]));
  for (let round = 0; round < 300; round += 1) {
    const before = { ...object(0), env: object(0) };
    const text = JSON.stringify(before, undefined, [undefined, 2, '\t'][random(3)]);
    const key = `k${random(5)}`;
    const set = withMember(text, ['env', key], 'new');
    expect(JSON.parse(set)).toEqual({ ...before, env: { ...before.env, [key]: 'new' } });
    const { [key]: _, ...rest } = before.env;
    expect(JSON.parse(withoutMember(set, ['env', key]))).toEqual({ ...before, env: rest });
  }
});
