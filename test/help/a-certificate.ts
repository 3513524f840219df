import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const day = 86_400_000;

/** Whom a certificate is for, and when it is good (ms since the epoch). */
export interface CertificateFor {
  readonly hosts?: readonly string[];
  /** IPv4 addresses. */
  readonly addresses?: readonly string[];
  readonly from?: number;
  readonly until?: number;
}

/**
 * A self-signed certificate in `folder`, for localhost and 127.0.0.1 and good for two days unless told otherwise
 * (RFC 5280 §4.1). Made here, since the tests may ask for nothing that a machine with Node and npm does not have.
 */
export function aCertificate(
  folder: string,
  name: string,
  { hosts = ['localhost'], addresses = ['127.0.0.1'], from, until }: CertificateFor = {},
): { cert: string; key: string; pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = sequence(set(sequence(oid(commonName), tagged(0x0c, Buffer.from(name)))));
  const subjects = [...hosts.map(dnsName), ...addresses.map(ipAddress)];
  const content = sequence(
    tagged(0xa0, integer(Buffer.of(2))), // version 3
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    sequence(oid(ecdsaWithSha256)),
    issuer,
    sequence(time(from ?? Date.now() - day), time(until ?? Date.now() + day)),
    issuer,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      0xa3,
      sequence(
        sequence(oid(basicConstraints), tagged(0x01, Buffer.of(0xff)), octets(sequence(isAuthority))),
        sequence(oid(subjectAltName), octets(sequence(...subjects))),
      ),
    ),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign('sha256', content, privateKey)]));
  const der = sequence(content, sequence(oid(ecdsaWithSha256)), signature);
  const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  writeFileSync(cert, pem);
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { cert, key, pem };
}

/** Object identifiers, as their DER bytes. */
const commonName = '550403';
const basicConstraints = '551d13';
const subjectAltName = '551d11';
const ecdsaWithSha256 = '2a8648ce3d040302';

const isAuthority = tagged(0x01, Buffer.of(0xff));
const dnsName = (host: string): Buffer => tagged(0x82, Buffer.from(host));
const ipAddress = (address: string): Buffer => tagged(0x87, Buffer.from(address.split('.').map(Number)));

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const octets = (bytes: Buffer): Buffer => tagged(0x04, bytes);
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));

/** UTCTime, to the second. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

/** Tag, length, value (X.690 §8.1). */
function tagged(tag: number, value: Buffer): Buffer {
  const size = value.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), value]);
}
