import { expect, test } from 'bun:test';
import { html, pageHeaders } from '../../src/oauth/page.ts';

test('everything on the page is text', () => {
  const page = html({ status: 400, title: '<Not> & "you"', text: `</p><script>alert('x')</script>` });
  expect(page).toContain('<title>&lt;Not&gt; &amp; &quot;you&quot;</title>');
  expect(page).toContain('<p>&lt;/p&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</p>');
  expect(page.match(/<script/g)).toBeNull();
});

test('the page loads nothing, runs nothing, is kept nowhere, and tells nobody its address', () => {
  expect(pageHeaders).toMatchObject({
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
});
