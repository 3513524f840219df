/**
 * Whether `name` fits one of `patterns`: exact names, or with `*` for any run of characters, in any case.
 * No patterns at all fit everything; a call that names nothing fits everything too.
 */
export function fitsAny(patterns: readonly string[] | undefined, name: string | undefined): boolean {
  if (patterns === undefined || patterns.length === 0 || name === undefined) return true;
  const wanted = name.toLowerCase();
  return patterns.some((pattern) => fits(pattern.toLowerCase(), wanted));
}

/** Pieces between the stars must follow one another; no regular expression, so no pattern can be slow. */
function fits(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
