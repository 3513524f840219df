/**
 * JSON leaves characters as they are that terminals obey (DEL, the C1 controls) and that turn the order of
 * what is shown around or hide it (Unicode's format characters and line separators).
 */
export function harmless(json: string): string {
  // Nearly every line is plain ASCII; the full look at Unicode costs more than writing the line.
  if (!/[^\n\x20-\x7e]/.test(json)) return json;
  return json.replaceAll(/[\x7f-\x9f\u2028\u2029\p{Cf}]/gu, escaped);
}

/** In UTF-16 units, as JSON writes what it escapes. */
function escaped(character: string): string {
  let text = '';
  for (let at = 0; at < character.length; at += 1)
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return text;
}
