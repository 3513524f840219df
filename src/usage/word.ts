/**
 * What somebody else's text says, where it is one plain word: types, codes and reasons of the upstream get into
 * logs, labels and tables, and nothing else may with them.
 */
export function word(text: unknown): string | undefined {
  return typeof text === 'string' && /^[\w.-]{1,80}$/.test(text) ? text : undefined;
}
