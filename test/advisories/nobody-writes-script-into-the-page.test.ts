// The attack: whoever may call the proxy, and every upstream, chooses texts that the page of the person who runs it
// shows: names of models, sessions and agents, paths, user agents, errors, ids. An account or a client key can have
// any name; a link can carry anything. If one of these texts becomes markup in that page, its script presses the
// page's buttons: it removes accounts, or exports them with a passphrase of its own.
import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { aCallRecord, anAttempt, aUsage } from '../help/a-call-record.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { writeDown } from '../help/a-ledger.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, json } from '../help/an-upstream.ts';

const rooms = new Rooms();
const aFolder = temporaryFolders();
afterEach(() => rooms.close());

const attack = `"'></pre></template><script>alert(1)</script><img src=x onerror=alert(2)>' onfocus=alert(3) x="`;

/** What a page has that could act: elements, attributes and addresses that are not ours. */
async function foreignIn(html: string): Promise<string[]> {
  const found: string[] = [];
  const rewriter = new HTMLRewriter().on('*', {
    element({ tagName, attributes }) {
      const all = new Map([...attributes].map(([name, value]) => [name, value]));
      if (tagName === 'script' && all.get('src')?.startsWith('/assets/') !== true) found.push('script');
      if (tagName === 'img' && all.get('src')?.startsWith('/assets/') !== true) found.push('img');
      if (['iframe', 'object', 'embed', 'base', 'style'].includes(tagName)) found.push(tagName);
      for (const [name, value] of all) {
        if (/^on|^style$|^hx-on|^formaction$/.test(name)) found.push(`${tagName} ${name}`);
        const leads = ['href', 'src', 'action', 'hx-get', 'hx-post'].includes(name);
        if (leads && !/^(?:\/(?!\/)|#)/.test(value)) found.push(`${tagName} ${name}=${value}`);
      }
    },
  });
  await rewriter.transform(new Response(html)).text();
  return found;
}

async function look(proxy: Proxy, path: string) {
  const response = await fetch(`${proxy.url}${path}`);
  const html = await response.text();
  return { response, html, foreign: await foreignIn(html) };
}

/** A ledger in which every text is the attack, as another process or an older version may have written it. */
async function withAttackInLedger(): Promise<{ proxy: Proxy; ids: readonly number[] }> {
  const home = aFolder();
  const database = await openDatabase({ path: join(home, 'proxy.db'), log: silentLog });
  const texts = { requestId: attack, method: attack, path: attack, clientId: attack, clientName: attack };
  const names = {
    session: attack,
    agent: `${attack}1`,
    parentAgent: attack,
    model: attack,
    answeredModel: attack,
  };
  const attempt = {
    accountId: attack,
    accountName: attack,
    reason: attack,
    errorType: attack,
    errorCode: attack,
  };
  const ids = await writeDown(database, [
    aCallRecord({
      ...texts,
      ...names,
      startedAt: Date.now() - 60_000,
      accountId: attack,
      accountName: attack,
      why: attack,
      ended: 'error',
      errorType: attack,
      stopReason: attack,
      messageId: attack,
      upstreamRequestId: attack,
      usage: aUsage({ serviceTier: attack, speed: attack, inferenceGeo: attack }),
      attempts: [
        anAttempt({ ...attempt, ending: 'lost', lesson: attack }),
        anAttempt({ ...attempt, status: 429, evidence: { header: attack, value: attack } }),
      ],
      move: { fromId: attack, fromName: attack, toId: attack, toName: attack, reason: attack, microUsd: 5 },
    }),
  ]);
  await database.close();
  const proxy = await rooms.add(
    aProxy({
      home,
      accounts: [
        { name: `n${attack}`.slice(0, 64), kind: 'api-key', baseUrl: 'http://127.0.0.1:9', secret: 'sk-x' },
      ],
      keys: [{ name: `k${attack}`.slice(0, 64) }],
    }),
  );
  return { proxy, ids };
}

test('what stands in the ledger is text on every page that shows it', async () => {
  const { proxy, ids } = await withAttackInLedger();
  const pages = [
    ...['account', 'model', 'client', 'session'].map((by) => `/usage?by=${by}`),
    '/usage/limits',
    '/requests',
    '/requests/news?after=0',
    `/requests/${ids[0]}`,
    '/accounts',
  ];
  for (const path of pages) {
    const { response, html, foreign } = await look(proxy, path);
    expect({ path, status: response.status, foreign }).toEqual({ path, status: 200, foreign: [] });
    expect(response.headers.get('content-security-policy')).toStartWith(
      "default-src 'none'; script-src 'self'",
    );
    expect(html).not.toContain('<script>alert');
  }
  // It is shown, not left out: a person has to see what was sent.
  const { html } = await look(proxy, `/requests/${ids[0]}`);
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('what an address carries is text in the page, in its links, and in a page that is not there', async () => {
  const proxy = await rooms.add(aProxy());
  const word = encodeURIComponent(attack);
  const asked = [
    'account',
    'model',
    'client',
    'session',
    'by',
    'show',
    'range',
    'from',
    'to',
    'q',
    'ended',
    'before',
  ];
  const query = asked.map((name) => `${name}=${word}`).join('&');
  for (const path of [
    `/usage?${query}`,
    `/usage/content?${query}`,
    `/usage/range?${query}`,
    `/requests?${query}`,
    `/requests/list?${query}`,
    `/requests/news?after=${word}&${query}`,
    `/requests/${word}`,
    `/requests/1/said?${query}`,
    `/usage/${word}`,
  ]) {
    const { html, foreign } = await look(proxy, path);
    expect({ path, foreign }).toEqual({ path, foreign: [] });
    expect(html).not.toContain('<script>alert');
  }
});

test('what clients and upstreams say is text, also where it was captured', async () => {
  const up = await rooms.add(
    anUpstream(() =>
      json(
        400,
        { type: 'error', error: { type: attack, message: attack, details: { error_code: attack } } },
        ['request-id', attack],
      ),
    ),
  );
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  const proxy = await rooms.add(aProxy({ accounts, config: '[capture]\nenabled = true\n' }));
  const answer = await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': attack,
      'anthropic-beta': attack,
      'x-request-id': attack,
      'x-claude-code-session-id': attack,
      'x-claude-code-agent-id': attack,
      'x-claude-code-parent-agent-id': attack,
    },
    body: JSON.stringify({ model: attack, max_tokens: 1, messages: [{ role: 'user', content: attack }] }),
  });
  await answer.text();
  let id = '';
  await until(async () => {
    const { html } = await look(proxy, '/requests');
    id = /href="\/requests\/(\d+)"/.exec(html)?.[1] ?? '';
    return id !== '';
  });
  for (const path of ['/requests', `/requests/${id}`, `/requests/${id}/said`, '/usage?by=model']) {
    const { response, html, foreign } = await look(proxy, path);
    expect({ path, status: response.status, foreign }).toEqual({ path, status: 200, foreign: [] });
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>alert');
  }
});
