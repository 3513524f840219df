import { createHash } from 'node:crypto';

/** `1.2.3-rc.1` comes before `1.2.3`: Debian and RPM write that with a tilde. */
export function tildeVersion(version: string): string {
  return version.replace('-', '~');
}

/** pacman knows neither sign. */
export function aurVersion(version: string): string {
  return version.replaceAll('-', '_');
}

/** Windows Installer compares three numbers and nothing else. */
export function msiVersion(version: string): string {
  return version.replace(/-.*$/, '');
}

/** The namespace of our ids: a random UUID that never changes, or an update would not find what it replaces. */
const namespace = '0b1f6b0e-52f7-4d5c-9a3b-6a2a6f0f7c11';

/** The same id for the same name, always: UUID version 5 (RFC 9562 §5.5), in capitals as Windows Installer wants it. */
export function idOf(name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    .toUpperCase();
}
