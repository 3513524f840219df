/** Accounts that a key is held to and that are not there, by name or id: it waits for them. */
export function unknownAccounts(
  named: readonly string[],
  known: readonly { readonly id: string; readonly name: string }[],
): string[] {
  const all = new Set(known.flatMap(({ id, name }) => [id, name.toLowerCase()]));
  return named.filter((one) => !all.has(one) && !all.has(one.toLowerCase()));
}
