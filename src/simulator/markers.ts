/** One `[[name:argument]]` in the text of a user. */
export interface Marker {
  readonly name: MarkerName;
  readonly arg: string;
}

export const markerNames = [
  'text',
  'say',
  'events',
  'think',
  'tool',
  'agent',
  'then',
  'stop',
  'fault',
  'usage',
  'pace',
] as const;

export type MarkerName = (typeof markerNames)[number];

const opening = new RegExp(`\\[\\[(${markerNames.join('|')})(?=[:\\]])`, 'g');

/** The markers of `text` in order. What looks like one and is not is plain text. */
export function readMarkers(text: string): Marker[] {
  if (!text.includes('[[')) return [];
  const markers: Marker[] = [];
  opening.lastIndex = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const name = markerNames.find((known) => known === found?.[1]);
    const from = opening.lastIndex + (text[opening.lastIndex] === ':' ? 1 : 0);
    const to = endOf(text, from);
    if (name === undefined || to === undefined) continue;
    markers.push({ name, arg: text.slice(from, to) });
    opening.lastIndex = to + 2;
  }
  return markers;
}

/**
 * Where the `]]` stands that closes a marker whose argument begins at `from`. Markers may stand inside a
 * marker, and the strings and lists of a JSON argument may hold brackets.
 */
function endOf(text: string, from: number): number | undefined {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    if (text.startsWith('[[', at)) {
      depth += 1;
      at += 2;
    } else if (text[at] === '{') {
      at = afterObject(text, at);
    } else if (text.startsWith(']]', at)) {
      if (depth === 0) return at;
      depth -= 1;
      at += 2;
    } else at += 1;
  }
  return undefined;
}

/** The position behind the JSON object that begins at `from`; the next position where there is none. */
function afterObject(text: string, from: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at];
    if (isQuoted) {
      if (letter === '\\') at += 1;
      else if (letter === '"') isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === '{') depth += 1;
    else if (letter === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return from + 1;
}
