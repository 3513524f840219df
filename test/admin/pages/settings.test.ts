import { describe, expect, test } from 'bun:test';
import { fieldText, typedValue, valueWords } from '../../../src/admin/pages/settings/words.ts';

describe('the value of a setting', () => {
  test('is told in units that people count in', () => {
    expect(valueWords(34_603_008, 'bytes')).toBe('33 MiB');
    expect(valueWords(1, 'seconds')).toBe('1 second');
    expect(valueWords(330, 'seconds')).toBe('330 seconds');
    expect(valueWords(8000, null)).toBe('8000');
    expect(valueWords(null, null)).toBe('not set');
    expect(valueWords([], null)).toBe('none');
    expect(valueWords(['a', 'b'], null)).toBe('a, b');
    expect(valueWords({ prompt: 'consent' }, null)).toBe('prompt = consent');
    expect(valueWords(false, null)).toBe('false');
  });

  test('stands in a field as it can be typed again', () => {
    for (const [value, input] of [
      ['64 KiB', 'number'],
      ['info', 'choice'],
      [{ prompt: 'consent', tenant: 'a=b' }, 'table'],
    ] as const)
      expect(typedValue(fieldText(value), input)).toEqual(value);
    expect(fieldText(['a.example', 'b.example'])).toBe('a.example\nb.example');
    expect(typedValue('a.example\r\n\r\n b.example ', 'list')).toBe('a.example,b.example');
    expect(fieldText(true)).toBe('true');
  });

  test('is left to its default where nothing is typed', () => {
    for (const input of ['text', 'number', 'choice', 'switch', 'list', 'table'] as const)
      expect(typedValue(' \n', input)).toBeNull();
  });
});
