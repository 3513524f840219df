import { expect, test } from 'bun:test';
import { BodyDigests } from '../../../../src/admin/pages/requests/body-digests.tsx';
import type { BodyDigestsView, RequestView } from '../../../../src/admin/contract-usage.ts';
import { anAttemptView, aRequestView } from '../../../help/a-view.ts';
import { htmlOf } from '../../../help/some-html.ts';

const came = { bytes: 1_234, sha256: 'a'.repeat(64) };
const sent = (over: Partial<BodyDigestsView['went'][number]> = {}): BodyDigestsView['went'][number] => ({
  attempt: 1,
  account: 'ann',
  ...came,
  isSame: true,
  ...over,
});
const other = { sha256: 'b'.repeat(64), isSame: false };

/** What the page says, without its marks. */
function said(over: Partial<RequestView>): string {
  const call = aRequestView({ bytesIn: 1_234, ...over });
  return htmlOf(BodyDigests({ call }))
    .replaceAll(/<svg.*?<\/svg>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const digests = (went: BodyDigestsView['went'], isTranslated = false): { bodyDigests: BodyDigestsView } => ({
  bodyDigests: { came: { ...came, isWhole: true }, went, isTranslated },
});

test('the same bytes have a tick, for each attempt', () => {
  expect(said(digests([sent(), sent({ attempt: 2, account: 'bob' })]))).toBe(
    'Body as it came aaaaaaaaaaaa 1,234 bytes To ann aaaaaaaaaaaa 1,234 bytes same bytes To bob aaaaaaaaaaaa 1,234 bytes same bytes',
  );
});

test('other bytes are a loud warning, as many or fewer, when the call went well', () => {
  for (const bytes of [1_234, 1_000])
    expect(said(digests([sent({ ...other, bytes })]))).toContain('Not the same bytes');
});

test('what broke off is no warning', () => {
  const short = digests([sent({ ...other, bytes: 1_000 })]);
  const failed = { attempts: [anAttemptView({ ending: 'lost', lesson: 'struggling' })] };
  expect(said({ ...short, ...failed })).toContain('the rest was not sent');
  expect(said({ ...short, ended: 'client-left' })).toContain('the rest was not sent');
  expect(said({ ...digests([sent(other)]), ...failed })).toContain('Not the same bytes');
});

test('what did not come to its end has neither tick nor warning, unless other bytes went on', () => {
  const part = (went: BodyDigestsView['went'][number]) =>
    said({ bodyDigests: { came: { ...came, isWhole: false }, went: [went], isTranslated: false } });
  for (const went of [sent({ isSame: false }), sent({ ...other, bytes: 1_000 })]) {
    expect(part(went)).toContain('as far as it came');
    expect(part(went)).toContain('the rest was not sent');
    expect(part(went)).not.toContain('same bytes');
  }
  expect(part(sent(other))).toContain('Not the same bytes');
});

test('what was translated, went to nobody, or was not compared, says so; and a call without a body nothing', () => {
  expect(said(digests([sent(other)], true))).toContain('put into the words of the Messages API');
  expect(said(digests([]))).toContain('Went on to nobody');
  expect(said({ bodyDigests: null })).toContain('about a millisecond for each megabyte');
  expect(said({ bodyDigests: null, bytesIn: 0 })).toBe('');
});
