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
