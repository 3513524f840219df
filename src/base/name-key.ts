/**
 * A name as it is compared: two names that differ only in case, or in how a character is encoded (Unicode
 * NFKC), are one. Names are headers, arguments and words people say to each other.
 */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}
