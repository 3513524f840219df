import { describe, expect, test } from 'bun:test';
import { isThisMachine, proxyUrl } from '../../src/accounts/addresses.ts';

/** What a proxy's URL is read as, or what is said about it. */
function read(url: string): string {
  const { success, data, error } = proxyUrl().safeParse(url);
  return success ? data : (error.issues[0]?.message ?? '');
}

describe('the URL of an outbound proxy', () => {
  test('is a scheme of three, a host and a port', () => {
    expect(read(' http://10.0.0.1:3128/ ')).toBe('http://10.0.0.1:3128');
    expect(read('https://Proxy.example.com:8443')).toBe('https://proxy.example.com:8443');
    expect(read('socks5://[::1]:1080')).toBe('socks5://[::1]:1080');
  });

  test('may name the port that its scheme has anyway', () => {
    expect(read('http://proxy.example.com:80')).toBe('http://proxy.example.com');
  });

  test('needs its port, since nobody knows which one was meant', () => {
    for (const url of ['http://10.0.0.1', 'socks5://10.0.0.1', 'http://10.0.0.1:'])
      expect(read(url)).toContain('must end with the port');
  });

  test('holds no user name and no password, and none is repeated', () => {
    for (const url of ['http://ann:planted@10.0.0.1:3128', 'socks5://planted@10.0.0.1:1080']) {
      expect(read(url)).toContain('for the vault');
      expect(read(url)).not.toContain('planted');
    }
  });

  test('is nothing else', () => {
    expect(read('10.0.0.1:3128')).toContain('must be');
    expect(read('ftp://10.0.0.1:3128')).toContain('must begin with http://');
    expect(read('socks5h://10.0.0.1:1080')).toContain('must begin with http://');
    expect(read('http://10.0.0.1:3128/path')).toContain('must end with the port');
    expect(read('socks5://:1080')).toContain('must');
  });
});

test('loopback names and addresses are this machine, and what only looks like one is not', () => {
  for (const host of ['localhost', '[::1]', '127.0.0.1', '127.9.9.9']) expect(isThisMachine(host)).toBe(true);
  for (const host of ['localhost.example.com', '127.0.0.1.example.com', '10.0.0.1'])
    expect(isThisMachine(host)).toBe(false);
});
