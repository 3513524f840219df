import { readAnswer, readRequests, type ReadMessage, type Reading } from './a-reading.ts';
import type { Llhttp, Reference } from './a-llhttp.ts';
import type { Random } from './a-random.ts';
import { aCase, type HttpCase } from './http-cases.ts';

/** How a comparison went. */
export interface Comparison {
  cases: number;
  /** Read whole by both, with the same meaning. */
  same: number;
  /** Refused by both. */
  refused: number;
  /** Refused by us alone. */
  stricter: number;
  /** What must not be: shown as the case and why. */
  differences: string[];
}

/** Reads `count` cases with the wire and with llhttp. */
export async function compare(llhttp: Llhttp, random: Random, count: number): Promise<Comparison> {
  const all: Comparison = { cases: 0, same: 0, refused: 0, stricter: 0, differences: [] };
  while (all.cases < count) {
    const cases = Array.from({ length: Math.min(1_000, count - all.cases) }, () => aCase(random));
    const theirs = llhttp.read(cases);
    const ours = await Promise.all(cases.map((given) => read(given)));
    const references = await theirs;
    for (const [at, given] of cases.entries()) await judge(given, ours[at]!, references[at]!, all);
  }
  return all;
}

function read(given: HttpCase): Promise<Reading> {
  return given.kind === 'request' ? readRequests(given) : readAnswer(given);
}

async function judge(given: HttpCase, first: Reading, reference: Reference, all: Comparison): Promise<void> {
  all.cases += 1;
  const theirs = given.kind === 'answer' ? finalOnly(reference) : reference;
  let ours = first;
  // A head that llhttp takes although its lines do not end as they should is refused here once it is complete.
  const isBehind = ours.ends === 'waiting' && theirs.messages.length > ours.messages.length;
  if (isBehind && ours.messages.every(({ isWhole }) => isWhole))
    ours = await read({ ...given, text: `${given.text}\r\n\r\n`, ends: false });
  const why = difference(given, ours, theirs);
  if (why !== undefined) all.differences.push(`${why}: ${JSON.stringify({ given, ours, theirs })}`);
  else if (ours.ends !== 'refused') all.same += 1;
  else if (theirs.error === undefined) all.stricter += 1;
  else all.refused += 1;
}

/** Interim answers are nobody's answer. */
function finalOnly({ messages, error }: Reference): Reference {
  return { messages: messages.filter(({ status }) => (status ?? 0) >= 200).slice(0, 1), error };
}

/** Why the two readings cannot both be right; undefined where they can. */
function difference(given: HttpCase, ours: Reading, theirs: Reference): string | undefined {
  if (given.isValid && ours.ends === 'refused' && theirs.error === undefined)
    return 'we refuse what the grammar made';
  for (const [at, message] of ours.messages.entries()) {
    const other = theirs.messages[at];
    if (other === undefined) return `message ${at} is none for llhttp`;
    const why = messageDiffers(message, other, ours.ends === 'refused');
    if (why !== undefined) return `message ${at} ${why}`;
  }
  const last = theirs.messages[ours.messages.length - 1];
  if (ours.ends === 'waiting' && theirs.messages.length > ours.messages.length)
    return 'we wait, llhttp has more';
  // What llhttp says of an answer to HEAD it says before it knows that there is no body.
  const keeps = last?.keeps === true || given.asked === 'HEAD';
  if (ours.ends === 'free' && (last?.end !== given.text.length || !keeps || !last.isWhole))
    return 'we keep a connection that is not free';
  if (ours.ends === 'closed' && given.kind === 'request' && last?.minor === 1 && !saysClose(last))
    return 'we close, and nobody wants it';
  return undefined;
}

/** llhttp does not see the word before a tab; to close where it would go on harms nobody. */
function saysClose({ headers }: ReadMessage): boolean {
  return headers.some((name, at) => /^connection$/i.test(name) && /\bclose\b/i.test(headers[at + 1] ?? ''));
}

function messageDiffers(ours: ReadMessage, theirs: ReadMessage, isRefused: boolean): string | undefined {
  if (ours.method !== theirs.method) return 'has another method';
  if (ours.target !== theirs.target) return 'has another target';
  if (ours.status !== theirs.status) return 'has another status';
  if (JSON.stringify(ours.headers) !== JSON.stringify(theirs.headers)) return 'has other headers';
  if (ours.isWhole) {
    if (!theirs.isWhole) return 'is not whole for llhttp';
    return ours.body === theirs.body ? undefined : 'has another body';
  }
  if (isRefused) return theirs.body.startsWith(ours.body) ? undefined : 'has another beginning of its body';
  if (theirs.isWhole) return 'is whole for llhttp alone';
  return ours.body === theirs.body ? undefined : 'has another body so far';
}
