import { describe, expect, it } from 'bun:test';
import { evidenceOf } from '../../src/accounts/evidence.ts';

describe('evidence', () => {
  it('is a header or a piece of a body as it came', () => {
    expect(evidenceOf('header', 'Retry-After', ' 60')).toEqual({
      in: 'header',
      name: 'Retry-After',
      value: ' 60',
    });
  });

  it('is bounded, whatever an upstream writes', () => {
    const { name, value } = evidenceOf('body', 'n'.repeat(10_000), 'v '.repeat(10_000));
    expect([name.length, value.length]).toEqual([80, 200]);
    expect(value).toEndWith('…');
  });

  it('holds no credential, nor the half of one that a cut would leave', () => {
    const key = `sk-ant-api03-${'a'.repeat(40)}`;
    const shown = evidenceOf('body', 'error.message', `${'x '.repeat(90)}${key}`).value;
    expect(shown).not.toContain('aaaa');
    expect(evidenceOf('body', 'error.message', `invalid key ${key}`).value).toBe(
      'invalid key sk-ant-api03-[secret]',
    );
  });
});
