/** What `make` gives, made when it is first asked for, and kept. For what many a run of the program never needs. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
