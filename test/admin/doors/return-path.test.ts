import { expect, it } from 'bun:test';
import { returnPath } from '../../../src/admin/doors/return-path.ts';

it('a page of ours is gone back to, with its question', () => {
  for (const path of ['/accounts', '/usage?range=7d', '/requests/req_1', '/changes?what=key'])
    expect(returnPath(path)).toBe(path);
});

it('anything else is the first page', () => {
  for (const path of [
    undefined,
    '',
    'accounts',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/accounts',
    '/accounts/../../x',
    '/nothing',
    '/status',
    '/sign-in',
    '/sign-out',
    '/api/events',
    '/assets/app.js',
    '/accounts\n',
    `/accounts?${'x'.repeat(600)}`,
  ])
    expect([path, returnPath(path)]).toEqual([path, '/accounts']);
});
