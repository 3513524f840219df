import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { certificateFacts, isPem, readCertificates } from '../../src/accounts/certificates.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

/** The certificates of a text, or what is said about it. */
function read(text: string): string {
  const found = readCertificates(text);
  return 'pem' in found ? found.pem : found.wrong;
}

describe('certificates', () => {
  test('are taken out of what tools wrote around them, with one kind of line end', () => {
    const [a, b] = [aCertificate(folder(), 'a'), aCertificate(folder(), 'b')];
    const text = `# Company\r\n${a.pem.replaceAll('\n', '\r\n')}\n\nsubject=b\n${b.pem}the end`;
    expect(read(text)).toBe(a.pem + b.pem);
  });

  test('say whose they are and until when', () => {
    const { pem } = aCertificate(folder(), 'Company Root');
    const [facts, ...more] = certificateFacts(pem);
    expect(more).toEqual([]);
    expect(facts?.subject).toBe('Company Root');
    expect(Math.abs((facts?.expiresAt ?? 0) - Date.now() - 86_400_000)).toBeLessThan(60_000);
  });

  test('are not a private key, which would be stored readable', () => {
    const { pem, key } = aCertificate(folder(), 'a');
    expect(read(pem + readFileSync(key, 'utf8'))).toContain('holds a private key');
  });

  test('are nothing else', () => {
    const { pem } = aCertificate(folder(), 'a');
    expect(read('hello')).toContain('must hold certificates in PEM');
    expect(read('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toContain('at place 1');
    const cut = pem.replace(/\n.{64}\n/, '\n');
    expect(read(pem + cut)).toContain('at place 2');
    expect(read(pem + '#'.repeat(512 * 1024)).slice(0, 50)).toContain('512 KiB');
  });

  test('are told from the path of a file', () => {
    expect(isPem(aCertificate(folder(), 'a').pem)).toBe(true);
    expect(isPem('/etc/ssl/company.pem')).toBe(false);
  });
});
