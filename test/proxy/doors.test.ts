import { describe, expect, it } from 'bun:test';
import { defaultSettings } from '../../src/config/settings.ts';
import type { Call } from '../../src/http/call.ts';
import { checkDoors, isLocal, type DoorSettings } from '../../src/proxy/doors.ts';
import { aCall } from '../help/a-call.ts';
import { thrownBy } from '../help/a-failure.ts';

const plain: DoorSettings = defaultSettings.server;
const open: DoorSettings = {
  publicUrl: 'https://proxy.example.com',
  trustedProxies: ['10.0.0.0/8'],
  allowedHosts: ['extra.example.com', 'fd00::5'],
  allowedOrigins: ['https://tools.example.com', 'vscode-webview://abc'],
};

const hosted = (host: string, more: readonly string[] = [], rest: Partial<Call> = {}): Call =>
  aCall({ ...rest, headers: ['Host', host, ...more] });

/** The code of the refusal, or `in`. */
function outcome(call: Call, settings: DoorSettings = plain): string {
  try {
    checkDoors(call, settings);
    return 'in';
  } catch {
    return thrownBy(() => {
      checkDoors(call, settings);
    }).code;
  }
}

describe('the name in Host', () => {
  it('may be any of this machine', () => {
    for (const host of [
      'localhost',
      'localhost:8000',
      'LOCALHOST:8000',
      '127.0.0.1:8000',
      '127.9.9.9',
      '[::1]',
      '[::1]:8000',
      '[0:0:0:0:0:0:0:1]:8000',
      '[::ffff:127.0.0.1]:8000',
      'claude.localhost:8000',
      ' localhost:8000 ',
    ])
      expect([host, outcome(hosted(host))]).toEqual([host, 'in']);
  });

  it('may be none that a page could be served under', () => {
    for (const host of [
      'evil.example',
      'evil.example:8000',
      'localhost.evil.example',
      'notlocalhost',
      '127.0.0.1.nip.io',
      '127.0.0.1.evil.example:8000',
      '0.0.0.0:8000',
      '[::]:8000',
      '[::2]:8000',
      '192.168.1.7:8000',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      'localhost.',
      'xn--lcalhost-c9a',
    ])
      expect([host, outcome(hosted(host))]).toEqual([host, 'wrong_host']);
  });

  it('has to be there, once, and be a host', () => {
    for (const host of [
      '',
      ' ',
      'localhost/',
      'local host',
      'localhost:',
      'localhost:99999999',
      'localhost:8000:8000',
      'user@localhost',
      'localhost,evil.example',
      '[127.0.0.1]',
      '[::1',
      '::1',
      '[::1%25lo]',
      'löcalhost',
      'localhost\u0000',
      'http://localhost',
      'localhost#',
      '*',
    ])
      expect([host, outcome(hosted(host))]).toEqual([host, 'bad_request']);
    expect(outcome(aCall({ headers: [] }))).toBe('bad_request');
    expect(outcome(aCall({ headers: ['Host', 'localhost', 'host', 'localhost'] }))).toBe('bad_request');
    expect(outcome(aCall({ headers: ['Host', 'evil.example', 'HOST', 'localhost'] }))).toBe('bad_request');
  });

  it('may be the address that was dialled: an address cannot be rebound', () => {
    const dialled = (host: string, localAddress: string): string =>
      outcome(hosted(host, [], { peer: { address: '192.168.1.20', localAddress, secure: true } }));
    expect(dialled('192.168.1.7:8000', '192.168.1.7')).toBe('in');
    expect(dialled('192.168.1.7:8000', '::ffff:192.168.1.7')).toBe('in');
    expect(dialled('[fd00::7]:8000', 'fd00::7')).toBe('in');
    expect(dialled('192.168.1.8:8000', '192.168.1.7')).toBe('wrong_host');
  });

  it('may be the one of public_url, or one that the settings allow', () => {
    for (const host of [
      'proxy.example.com',
      'PROXY.example.com:443',
      'extra.example.com:8000',
      '[fd00::5]:8000',
    ])
      expect([host, outcome(hosted(host), open)]).toEqual([host, 'in']);
    for (const host of [
      'example.com',
      'a.proxy.example.com',
      'proxy.example.com.evil.example',
      'proxy.example.co',
    ])
      expect([host, outcome(hosted(host), open)]).toEqual([host, 'wrong_host']);
  });

  it('is told in the refusal, with the setting that would allow it, and quoted', () => {
    const error = thrownBy(() => {
      checkDoors(hosted('evil.example'), plain);
    });
    expect(error.status).toBe(403);
    expect(error.message).toContain('"evil.example"');
    expect(error.message).toContain('server.allowed_hosts');
  });
});

describe('the Origin', () => {
  const from = (origin: string, host = 'localhost:8000', rest: Partial<Call> = {}): Call =>
    hosted(host, ['Origin', origin], rest);

  it('is not needed: programs send none', () => {
    expect(outcome(hosted('localhost:8000', ['User-Agent', 'claude-cli/2.1.330']))).toBe('in');
  });

  it('may be our own page', () => {
    expect(outcome(from('http://localhost:8000'))).toBe('in');
    expect(outcome(from('http://127.0.0.1:8000', '127.0.0.1:8000'))).toBe('in');
    expect(outcome(from('http://[::1]:8000', '[::1]:8000'))).toBe('in');
    const secure = { address: '10.0.0.9', localAddress: '10.0.0.1', secure: true };
    expect(outcome(from('https://10.0.0.1:8000', '10.0.0.1:8000', { peer: secure }))).toBe('in');
  });

  it('may be no other page: not of another port, scheme or name, and not one that hides', () => {
    for (const origin of [
      'https://evil.example',
      'http://localhost:3000',
      'http://localhost',
      'https://localhost:8000',
      'http://127.0.0.1:8000',
      'null',
      '',
      'file://',
      'chrome-extension://abc',
      'http://localhost:8000/',
      'http://localhost:8000.evil.example',
      'http://localhost:80001',
      'http://localhost:8000@evil.example',
      'http://localhost:8000, https://evil.example',
    ])
      expect([origin, outcome(from(origin))]).toEqual([origin, 'wrong_origin']);
  });

  it('may be ours only in every one of several', () => {
    const two = ['Origin', 'http://localhost:8000', 'origin', 'https://evil.example'];
    expect(outcome(hosted('localhost:8000', two))).toBe('wrong_origin');
  });

  it('may be the one of public_url, or one that the settings allow', () => {
    for (const origin of [
      'https://proxy.example.com',
      'https://tools.example.com',
      'HTTPS://Tools.Example.Com',
      'vscode-webview://abc',
    ])
      expect([origin, outcome(from(origin), open)]).toEqual([origin, 'in']);
    for (const origin of [
      'http://proxy.example.com',
      'https://tools.example.com.evil.example',
      'https://x.tools.example.com',
      'vscode-webview://abcd',
    ])
      expect([origin, outcome(from(origin), open)]).toEqual([origin, 'wrong_origin']);
  });

  it('is checked for every method', () => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'])
      expect(outcome(from('https://evil.example', 'localhost:8000', { method }))).toBe('wrong_origin');
  });
});

describe('Sec-Fetch-Site', () => {
  const fetched = (site: string, mode: string, method = 'GET', target = '/status'): string =>
    outcome(hosted('localhost:8000', ['Sec-Fetch-Site', site, 'Sec-Fetch-Mode', mode], { method, target }));

  it('keeps pictures, scripts and forms of other sites out, though they send no Origin', () => {
    for (const site of ['cross-site', 'same-site', 'Cross-Site', 'something-new'])
      for (const mode of ['no-cors', 'cors', 'websocket', 'same-origin', ''])
        expect([site, mode, fetched(site, mode)]).toEqual([site, mode, 'wrong_origin']);
    expect(outcome(hosted('localhost:8000', ['Sec-Fetch-Site', 'cross-site']))).toBe('wrong_origin');
  });

  it('lets a link be followed, which only reads', () => {
    expect(fetched('cross-site', 'navigate')).toBe('in');
    expect(fetched('cross-site', 'navigate', 'HEAD')).toBe('in');
    for (const method of ['POST', 'DELETE', 'PUT'])
      expect(fetched('cross-site', 'navigate', method)).toBe('wrong_origin');
  });

  it('lets no link be followed into the API, where each would be a call', () => {
    for (const target of ['/v1/models', '/v1/files/f/content', '/api/v1/models', '/v1/'])
      expect([target, fetched('cross-site', 'navigate', 'GET', target)]).toEqual([target, 'wrong_origin']);
    for (const target of ['/', '/health', '/v1', '/api/hello'])
      expect([target, fetched('cross-site', 'navigate', 'GET', target)]).toEqual([target, 'in']);
    expect(fetched('none', 'navigate', 'GET', '/v1/models')).toBe('in');
  });

  it('lets our own page and the address bar in', () => {
    for (const site of ['same-origin', 'none']) expect(fetched(site, 'cors', 'POST')).toBe('in');
  });

  it('cannot be talked away by sending it twice', () => {
    const twice = ['Sec-Fetch-Site', 'same-origin', 'Sec-Fetch-Site', 'cross-site'];
    expect(outcome(hosted('localhost:8000', twice))).toBe('wrong_origin');
  });
});

describe('isLocal', () => {
  const at = (address: string, host = 'localhost:8000', more: readonly string[] = []): boolean =>
    isLocal(hosted(host, more, { peer: { address, localAddress: address, secure: false } }), plain);

  it('is a program on this machine that came straight', () => {
    for (const address of ['127.0.0.1', '127.0.0.53', '::1', '::ffff:127.0.0.1'])
      expect([address, at(address)]).toEqual([address, true]);
    expect(at('127.0.0.1', '127.0.0.1:8000')).toBe(true);
    expect(at('::1', '[::1]:8000')).toBe(true);
  });

  it('is nobody from elsewhere, whatever name is used', () => {
    for (const address of [
      '192.168.1.20',
      '10.0.0.1',
      '::ffff:10.0.0.1',
      'fe80::1',
      '0.0.0.0',
      '::',
      '',
      '127.0.0.1.evil',
      '::ffff:128.0.0.1',
    ])
      expect([address, at(address)]).toEqual([address, false]);
  });

  it('is nobody for whom somebody else speaks, whatever he says', () => {
    for (const [name, value] of [
      ['X-Forwarded-For', '127.0.0.1'],
      ['x-forwarded-for', ''],
      ['Forwarded', 'for=127.0.0.1'],
      ['X-Real-IP', '::1'],
      ['Via', '1.1 nginx'],
      ['X-Forwarded-Proto', 'https'],
      ['CF-Connecting-IP', '127.0.0.1'],
      ['Tailscale-User-Login', 'ann@example.com'],
    ] as const)
      expect([name, at('127.0.0.1', 'localhost:8000', [name, value])]).toEqual([name, false]);
  });

  it('is nobody who came by another name', () => {
    for (const host of ['evil.example', 'proxy.example.com', '192.168.1.7:8000', ''])
      expect([host, at('127.0.0.1', host)]).toEqual([host, false]);
    expect(isLocal(aCall({ headers: [] }), plain)).toBe(false);
  });

  it('is nobody under the public name, even where that is a name of this machine', () => {
    const call = hosted('localhost:8000');
    expect(isLocal(call, { ...plain, publicUrl: 'https://localhost' })).toBe(false);
    expect(isLocal(call, { ...plain, publicUrl: 'https://proxy.example.com' })).toBe(true);
    const six = hosted('[::1]:8000', [], { peer: { address: '::1', localAddress: '::1', secure: false } });
    expect(isLocal(six, { ...plain, publicUrl: 'https://[::1]:9000' })).toBe(false);
  });
});
