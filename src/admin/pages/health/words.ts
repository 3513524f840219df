const units = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

/** `3.4 MB`, `812 kB`. */
export function bytesWords(bytes: number): string {
  const fit = units.find(([, size]) => bytes >= size);
  if (fit === undefined) return `${bytes} bytes`;
  const [unit, size] = fit;
  const amount = bytes / size;
  return `${amount >= 100 ? Math.round(amount) : Math.round(amount * 10) / 10} ${unit}`;
}

const keyPlaces: Readonly<Record<string, string>> = {
  keychain: "Its key is in this user's keychain",
  environment: 'Its key comes from the environment',
  'key-file': 'Its key is in a file',
  systemd: 'Its key comes from systemd',
  passphrase: 'Its key is behind a passphrase',
};

/** Where the key of the vault is kept. */
export function keyPlace(backend: string | null): string {
  return backend === null ? 'No key yet: nothing is kept' : (keyPlaces[backend] ?? backend);
}
