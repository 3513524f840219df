/** What takes the place of a secret that a provider repeats in its words. */
const hidden = '[secret]';

/**
 * What a provider wrote, fit for a page, a terminal and a log: one line, without characters that drive a
 * terminal or turn the order of what is shown around, without `secrets`, and short.
 */
export function shown(text: string, secrets: readonly string[] = [], most = 200): string {
  let safe = text.slice(0, most * 20);
  for (const secret of secrets) if (secret.length >= 8) safe = safe.replaceAll(secret, hidden);
  const line = safe
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const letters = Array.from(line);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
}
