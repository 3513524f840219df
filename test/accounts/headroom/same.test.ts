import { expect, it } from 'bun:test';
import { saysTheSame } from '../../../src/accounts/headroom/same.ts';

const used = 'anthropic-ratelimit-unified-5h-utilization';

it.each([
  ['the very same', ['date', '1', used, '0.4'], true],
  ['other values of headers that tell of no window', ['date', '2', used, '0.4'], true],
  ['another value of a window', ['date', '1', used, '0.5'], false],
  ['another name', ['date', '1', 'anthropic-ratelimit-unified-7d-utilization', '0.4'], false],
  ['a header more', ['date', '1', used, '0.4', 'vary', 'x'], false],
  ['a header less', [used, '0.4'], false],
])('%s: the same is said of windows or not', (_, after, isSame) => {
  expect(saysTheSame(['date', '1', used, '0.4'], after)).toBe(isSame);
});
