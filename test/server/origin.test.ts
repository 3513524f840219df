import { describe, expect, it } from 'bun:test';
import type { Call } from '../../src/http/call.ts';
import { originOf } from '../../src/server/origin.ts';
import { trustedBy } from '../../src/server/trusted.ts';
import { aCall } from '../help/a-call.ts';

const settings = {
  publicUrl: 'https://proxy.example.com',
  trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
  allowedHosts: [],
  allowedOrigins: [],
};

function from(
  address: string,
  headers: readonly string[],
  more: Partial<typeof settings> & { secure?: boolean } = {},
) {
  const { secure = false, ...over } = more;
  const all = { ...settings, ...over };
  const peer: Call['peer'] = { address, localAddress: '127.0.0.1', secure };
  return originOf(aCall({ peer, headers: [...headers] }), all, trustedBy(all.trustedProxies));
}

const host = ['Host', 'localhost:8000'];
const forwarded = (value: string): string[] => ['Host', 'proxy.example.com', 'X-Forwarded-For', value];

describe('where a request comes from', () => {
  it('is this machine, straight, under the name it was asked by', () => {
    expect(from('127.0.0.1', host)).toEqual({
      local: true,
      address: '127.0.0.1',
      url: 'http://localhost:8000',
    });
    expect(from('::ffff:127.0.0.1', host)).toMatchObject({ local: true, address: '127.0.0.1' });
  });

  it('is whoever stands before the proxies that are trusted, under the public URL', () => {
    expect(from('127.0.0.1', forwarded('203.0.113.9'))).toEqual({
      local: false,
      address: '203.0.113.9',
      url: 'https://proxy.example.com',
    });
    expect(from('127.0.0.1', forwarded('203.0.113.9, 10.1.2.3')).address).toBe('203.0.113.9');
    expect(from('127.0.0.1', forwarded('[2001:db8::1]:4711')).address).toBe('2001:db8::1');
    expect(from('127.0.0.1', forwarded('203.0.113.9:4711')).address).toBe('203.0.113.9');
    // nginx names the address of the proxy as host, unless told otherwise.
    expect(from('127.0.0.1', ['Host', '127.0.0.1:8000', 'X-Forwarded-For', '203.0.113.9']).url).toBe(
      'https://proxy.example.com',
    );
  });

  it('is not what a client has written itself', () => {
    expect(from('127.0.0.1', forwarded('198.51.100.1, 203.0.113.9')).address).toBe('203.0.113.9');
    expect(from('127.0.0.1', forwarded('198.51.100.1, rubbish')).address).toBe('127.0.0.1');
    expect(from('127.0.0.1', forwarded('')).address).toBe('127.0.0.1');
    const untrusted = from('192.0.2.1', forwarded('198.51.100.1'), { secure: true });
    expect(untrusted.address).toBe('192.0.2.1');
    expect(from('127.0.0.1', forwarded('198.51.100.1'), { trustedProxies: [] }).address).toBe('127.0.0.1');
  });

  it('is over TLS where we speak it ourselves', () => {
    expect(from('192.0.2.1', ['Host', 'Proxy.example.net:8443'], { secure: true })).toEqual({
      local: false,
      address: '192.0.2.1',
      url: 'https://proxy.example.net:8443',
    });
  });
});
