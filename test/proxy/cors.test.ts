import { describe, expect, it } from 'bun:test';
import { headerValues, header } from '../../src/http/headers.ts';
import { guestPage, preflightAnswer, readableBy } from '../../src/proxy/cors.ts';
import { aCall } from '../help/a-call.ts';

const page = 'https://tools.example.com';
const allowed = [page, 'vscode-webview://abc'];
const from = (origin: string, target = '/v1/messages?beta=true') =>
  aCall({ target, headers: ['Host', 'localhost:8000', 'Origin', origin] });

describe('a page of another site', () => {
  it('is one whose origin the settings name, in whatever case it is written', () => {
    expect(guestPage(from(page), allowed)).toBe(page);
    expect(guestPage(from('https://Tools.Example.com'), allowed)).toBe('https://Tools.Example.com');
    expect(guestPage(from(' vscode-webview://abc '), allowed)).toBe('vscode-webview://abc');
  });

  it('is none that only looks like it, and no caller without an origin', () => {
    for (const origin of [
      'https://tools.example.com.evil.example',
      'http://tools.example.com',
      'null',
      '',
      '*',
    ])
      expect([origin, guestPage(from(origin), allowed)]).toEqual([origin, undefined]);
    expect(guestPage(aCall(), allowed)).toBeUndefined();
    expect(guestPage(from(page), [])).toBeUndefined();
  });

  it('is a guest of the API only', () => {
    for (const target of ['/v1/models', '/api/v1/messages', '/v1/x'])
      expect([target, guestPage(from(page, target), allowed)]).toEqual([target, page]);
    for (const target of ['/status', '/health', '/control/stop', '/', '/v1', '/x/v1/messages', '/V1/models'])
      expect([target, guestPage(from(page, target), allowed)]).toEqual([target, undefined]);
  });
});

describe('a preflight', () => {
  const asking = (...more: string[]) =>
    aCall({ method: 'OPTIONS', headers: ['Origin', page, 'Access-Control-Request-Method', 'POST', ...more] });

  it('is answered with what the page may do', () => {
    const names = 'authorization,content-type, x-api-key';
    expect(preflightAnswer(asking('Access-Control-Request-Headers', names), page)).toEqual({
      status: 204,
      headers: [
        'access-control-allow-methods',
        'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-max-age',
        '3600',
        'access-control-allow-headers',
        names,
        'access-control-allow-origin',
        page,
        'vary',
        'Origin',
      ],
      body: undefined,
    });
  });

  it('gives no leave for what is no list of header names', () => {
    for (const names of ['', 'a b', 'x, ', 'x\ty', 'größe', 'x:y', '*'.repeat(5_000)]) {
      const answer = preflightAnswer(asking('Access-Control-Request-Headers', names), page);
      expect([names, header(answer!.headers, 'access-control-allow-headers')]).toEqual([names, undefined]);
    }
  });

  it('of a page on the open internet may reach this network', () => {
    const answer = preflightAnswer(asking('Access-Control-Request-Private-Network', 'true'), page);
    expect(header(answer!.headers, 'access-control-allow-private-network')).toBe('true');
  });

  it('is an OPTIONS that asks; any other is a call like any', () => {
    expect(preflightAnswer(from(page), page)).toBeUndefined();
    expect(preflightAnswer(aCall({ method: 'OPTIONS', headers: ['Origin', page] }), page)).toBeUndefined();
  });
});

describe('an answer for a page', () => {
  it('says that this page may read all of it, and nothing that the upstream said of pages', () => {
    const headers = [
      'Access-Control-Allow-Origin',
      '*',
      'access-control-allow-credentials',
      'true',
      'Vary',
      'Accept-Encoding',
      'request-id',
      'req_1',
    ];
    const answer = readableBy(page, { status: 200, headers, body: undefined });
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual([page]);
    expect(header(answer.headers, 'access-control-allow-credentials')).toBeUndefined();
    expect(header(answer.headers, 'access-control-expose-headers')).toBe('*');
    expect(headerValues(answer.headers, 'vary')).toEqual(['Accept-Encoding', 'Origin']);
    expect(header(answer.headers, 'request-id')).toBe('req_1');
  });
});
