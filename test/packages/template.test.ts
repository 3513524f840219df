import { expect, test } from 'bun:test';
import { filledIn } from '../../scripts/release/packages/template.ts';

test('marks become what they stand for, with and without an argument', () => {
  const values = { NAME: 'a proxy', SHA256: (name: string) => `hash of ${name}` };
  expect(filledIn('@NAME@: @SHA256:linux-amd64.gz@\n', values, 'x')).toBe(
    'a proxy: hash of linux-amd64.gz\n',
  );
});

test('a line whose value is not known is left out', () => {
  expect(filledIn('one\nhome: @HOME@\ntwo\n', { HOME: undefined }, 'x')).toBe('one\ntwo\n');
});

test('a mark that nobody knows stops everything', () => {
  expect(() => filledIn('@WHAT@', {}, 'x/y')).toThrow('packaging/x/y: nobody knows what @WHAT@ is');
  expect(() => filledIn('@NAME:x@', { NAME: 'n' }, 'x')).toThrow('takes no argument');
});

test('an address of mail, a directive of a linter and a decorator are no marks', () => {
  const text = 'a@example.com @every_day @NOT a mark@';
  expect(filledIn(text, {}, 'x')).toBe(text);
});
