const quote = 0x22;
const backslash = 0x5c;
const closeBrace = 0x7d;
const colon = 0x3a;
const blank = 0x20;
const letterU = 0x75;

/** The members of deltas that Claude Code counts: signatures and citations are none of the answer's text. */
const counted = ['"text"', '"thinking"', '"partial_json"'].map((name) => Buffer.from(name));

/**
 * How many characters (UTF-16 units) a delta brings: the length of the last string in the JSON object of
 * `bytes` from `from` to `end`, read from its end, so that neither an object nor a string is made. 0 where the
 * object does not end as deltas of text, thinking and tool input do: `…"text":"…"}}`.
 */
export function charactersOfDelta(bytes: Buffer, from: number, end: number): number {
  let close = end - 1;
  while (close > from && (bytes[close] === closeBrace || bytes[close] === blank)) close -= 1;
  if (bytes[close] !== quote) return 0;
  let open = close - 1;
  let all = 0;
  let hasEscapes = false;
  // Every quote inside a string has a backslash before it.
  for (; open > from; open -= 1) {
    const byte = bytes[open] ?? 0;
    if (byte === quote && bytes[open - 1] !== backslash) break;
    if (byte === backslash) hasEscapes = true;
    all |= byte;
  }
  if (!isCounted(bytes, from, open)) return 0;
  return all < 0x80 && !hasEscapes ? close - open - 1 : unitsIn(bytes, open + 1, close);
}

/** Whether the string that opens at `open` is the value of a member that counts. */
function isCounted(bytes: Buffer, from: number, open: number): boolean {
  let at = open - 1;
  while (at > from && (bytes[at] === blank || bytes[at] === colon)) at -= 1;
  for (const name of counted) if (endsWith(bytes, from, at + 1, name)) return true;
  return false;
}

function endsWith(bytes: Buffer, from: number, end: number, word: Buffer): boolean {
  const start = end - word.length;
  // The quote is the same for all: the letter before it tells them apart.
  if (start < from || bytes[end - 2] !== word[word.length - 2]) return false;
  for (let at = 0; at < word.length; at += 1) if (bytes[start + at] !== word[at]) return false;
  return true;
}

/** UTF-16 units of the inside of a JSON string in UTF-8. */
function unitsIn(bytes: Buffer, from: number, end: number): number {
  let units = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === backslash) {
      at += bytes[at + 1] === letterU ? 5 : 1;
      units += 1;
    } else if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
