import { expect, test } from 'bun:test';
import { isAdminPath } from '../../src/admin/paths.ts';

test('the routes are known by their path', () => {
  for (const path of [
    '/health',
    '/health/live',
    '/status',
    '/status/accounts/x',
    '/metrics',
    '/control/stop',
  ])
    expect(isAdminPath(path)).toBe(true);
  for (const path of ['/', '/v1/messages', '/healthy', '/statuses', '/metricsx', '/x/health'])
    expect(isAdminPath(path)).toBe(false);
});
