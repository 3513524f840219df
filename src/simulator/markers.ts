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

/** So many beginnings of markers that never end are looked at; the rest of such a text is plain. */
const mostUnclosed = 20;

/** The markers of `text` in order. What looks like one and is not is plain text. */
export function readMarkers(text: string): Marker[] {
  if (!text.includes('[[')) return [];
  const markers: Marker[] = [];
  let unclosed = 0;
  opening.lastIndex = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const name = markerNames.find((known) => known === found?.[1]);
    const from = opening.lastIndex + (text[opening.lastIndex] === ':' ? 1 : 0);
    const to = endOf(text, found.index);
    if (name !== undefined && to !== undefined) {
      markers.push({ name, arg: text.slice(from, to) });
      opening.lastIndex = to + 2;
    } else if ((unclosed += 1) >= mostUnclosed) break;
  }
  return markers;
}

/**
 * Where the `]]` stands that closes the marker which begins at `start`. Markers may stand inside a marker,
 * and the JSON of a tool may hold any brackets.
 */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  let isSound = true;
  let at = start;
  while (at < text.length) {
    if (text.startsWith('[[', at)) {
      depth += 1;
      const behind: number | undefined =
        text.startsWith('[[tool:', at) && isSound ? afterTool(text, at + 7) : at + 2;
      // The end of an object is searched to the end of the text, so not again once there was none.
      if (behind === undefined) isSound = false;
      at = behind ?? at + 2;
    } else if (text.startsWith(']]', at)) {
      depth -= 1;
      if (depth === 0) return at;
      at += 2;
    } else at += 1;
  }
  return undefined;
}

/** The position behind the JSON object of a tool's marker, if it has one; undefined where that has no end. */
function afterTool(text: string, from: number): number | undefined {
  const object = /^[^{\]]*/.exec(text.slice(from, from + 200))?.[0].length ?? 0;
  return text[from + object] === '{' ? afterObject(text, from + object) : from;
}

/** The position behind the JSON object that begins at `from`. */
function afterObject(text: string, from: number): number | undefined {
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
  return undefined;
}
