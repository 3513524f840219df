import { expect, test } from 'bun:test';
import { fileName, variableName } from '../../src/config/setting.ts';

test('a setting is named after its declaration in the file and in the environment', () => {
  expect(fileName('maxBodyBytes')).toBe('max_body_bytes');
  expect(fileName('cacheWrite5m')).toBe('cache_write_5m');
  expect(fileName('host')).toBe('host');
  expect(variableName('server', 'maxBodyBytes')).toBe('CCPROXY_SERVER_MAX_BODY_BYTES');
});
