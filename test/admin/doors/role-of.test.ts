import { describe, expect, it } from 'bun:test';
import { roleOf } from '../../../src/admin/doors/role-of.ts';

const settings = (more: object) => ({ providers: ['company'], admins: [], viewers: [], ...more });
const ann = { provider: 'company', subject: 'u-1', email: 'ann@example.com' };

describe('the role of somebody', () => {
  it('is by address, by domain or by subject; admin before viewer', () => {
    for (const entry of ['ann@example.com', 'Ann@Example.com', '*@example.com', 'u-1', 'company:u-1']) {
      expect([entry, roleOf(ann, settings({ admins: [entry] }))]).toEqual([entry, 'admin']);
      expect([entry, roleOf(ann, settings({ viewers: [entry] }))]).toEqual([entry, 'viewer']);
    }
    expect(roleOf(ann, settings({ admins: ['u-1'], viewers: ['*@example.com'] }))).toBe('admin');
  });

  it('is none for anybody else', () => {
    for (const entry of ['bob@example.com', '*@example.org', '*@ample.com', 'U-1', 'u-12', 'ann'])
      expect([entry, roleOf(ann, settings({ admins: [entry] }))]).toEqual([entry, undefined]);
  });

  it('is none by a domain within another, or behind a second @', () => {
    const at = (email: string) => roleOf({ ...ann, email }, settings({ admins: ['*@example.com'] }));
    for (const email of ['ann@evil.example.com', 'ann@example.com@evil.example', 'ann@example.com.evil'])
      expect([email, at(email)]).toEqual([email, undefined]);
  });

  it('is none by an address that nobody has verified, or that is somebody’s subject', () => {
    const unverified = { ...ann, email: undefined };
    expect(roleOf(unverified, settings({ admins: ['ann@example.com', '*@example.com'] }))).toBeUndefined();
    const sly = { provider: 'company', subject: 'ann@example.com', email: undefined };
    expect(roleOf(sly, settings({ admins: ['ann@example.com'] }))).toBeUndefined();
  });

  it('is none by a provider that is not for this', () => {
    expect(roleOf({ ...ann, provider: 'other' }, settings({ admins: ['u-1'] }))).toBeUndefined();
  });
});
