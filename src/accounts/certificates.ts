import type { X509Certificate } from 'node:crypto';

/** A certificate as people recognise it. */
export interface CertificateFacts {
  /** The common name, else the whole subject on one line. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Far above a company's own authorities; a whole system's store has some 250 KB (characters). */
const mostCharacters = 512 * 1024;

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Whether `text` is PEM itself, rather than the path of a file. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/**
 * The certificates of a PEM text and nothing else of it, or what is wrong with it. Comments of tools that
 * made the text are left out.
 */
export function readCertificates(text: string): { readonly pem: string } | { readonly wrong: string } {
  if (text.length > mostCharacters) return { wrong: 'must have at most 512 KiB' };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return { wrong: 'holds a private key: give certificates alone' };
  }
  const blocks = text.match(block) ?? [];
  if (blocks.length === 0) return { wrong: 'must hold certificates in PEM (-----BEGIN CERTIFICATE-----)' };
  const place = blocks.findIndex((each) => !isCertificate(each)) + 1;
  if (place > 0) return { wrong: `holds something at place ${place} that is no certificate` };
  return { pem: `${blocks.map((each) => each.replaceAll('\r', '')).join('\n')}\n` };
}

/** What {@link readCertificates} has read, for people. */
export function certificateFacts(pem: string): CertificateFacts[] {
  return (pem.match(block) ?? []).map((each) => {
    const { subject, validTo } = parsed(each);
    const name = /^CN=(.+)$/m.exec(subject)?.[1];
    return { subject: name ?? subject.replaceAll('\n', ', '), expiresAt: Date.parse(validTo) };
  });
}

/** Few give certificates, and `node:crypto` stays in memory once it is loaded. @throws where it is none */
function parsed(pem: string): X509Certificate {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  return new X509Certificate(pem);
}

function isCertificate(pem: string): boolean {
  try {
    return parsed(pem).raw.length > 0;
  } catch {
    return false;
  }
}
