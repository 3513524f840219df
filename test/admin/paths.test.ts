import { expect, test } from 'bun:test';
import { isAdminPath, isPagePath } from '../../src/admin/paths.ts';

test('the routes are known by their path', () => {
  for (const path of [
    '/health',
    '/health/live',
    '/status',
    '/status/accounts/x',
    '/metrics',
    '/control/stop',
    '/accounts',
  ])
    expect(isAdminPath(path)).toBe(true);
  for (const path of ['/v1/messages', '/healthy', '/statuses', '/metricsx', '/x/health'])
    expect(isAdminPath(path)).toBe(false);
});

test('the pages are known by their path, and the health that load balancers ask for is none', () => {
  for (const path of [
    '/',
    '/accounts',
    '/accounts/acc_1/menu',
    '/usage',
    '/doctor',
    '/assets/app-1.js',
    '/api/events',
  ])
    expect([path, isPagePath(path)]).toEqual([path, true]);
  for (const path of [
    '/health',
    '/status',
    '/accountsx',
    '/api',
    '/api/v1/messages',
    '/api/eventsx',
    '//accounts',
  ])
    expect([path, isPagePath(path)]).toEqual([path, false]);
});
