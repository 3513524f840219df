import { readAnswer, readRequests, type ReadMessage, type Reading } from './a-reading.ts';
import type { Llhttp, Reference } from './a-llhttp.ts';
import type { Random } from './a-random.ts';
import { aCase, type HttpCase } from './http-cases.ts';
import { strictnessOf } from './stricter.ts';

/** How a comparison went. */
export interface Comparison {
  cases: number;
  /** Read whole by both, with the same meaning. */
  same: number;
  /** Refused by both. */
  refused: number;
  /** Refused by us alone: how often, for each reason by name. */
  readonly stricter: Map<string, number>;
  /** What must not be: shown as the case and why. */
  differences: string[];
}

function nothingYet(): Comparison {
  return { cases: 0, same: 0, refused: 0, stricter: new Map(), differences: [] };
}

/** Reads one case with the wire and with llhttp. */
export async function compareOne(llhttp: Llhttp, given: HttpCase): Promise<Comparison> {
  const all = nothingYet();
  const [reference] = await llhttp.read([given]);
  await judge(given, await read(given), reference!, all);
  return all;
}

/** Reads `count` cases with the wire and with llhttp. */
export async function compare(llhttp: Llhttp, random: Random, count: number): Promise<Comparison> {
  const all = nothingYet();
  while (all.cases < count) {
    const cases = Array.from({ length: Math.min(1_000, count - all.cases) }, () => aCase(random));
    const theirs = llhttp.read(cases);
    const ours = await Promise.all(cases.map((given) => read(given)));
    const references = await theirs;
    for (const [at, given] of cases.entries()) {
      await judge(given, ours[at]!, references[at]!, all);
      for (const cuts of otherCuts(given, at)) await judgeCuts({ ...given, cuts }, ours[at]!, all);
    }
  }
  return all;
}

/** Other ways for the same bytes to arrive: in one piece, and now and then byte by byte or cut once at each byte. */
function* otherCuts({ text, cuts }: HttpCase, at: number): Generator<readonly number[]> {
  const each = Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => index + 1);
  if (cuts.length > 0) yield [];
  if (at % 40 === 0) yield each;
  if (at % 500 === 0 && text.length < 600) yield* each.map((cut) => [cut]);
}

async function judgeCuts(given: HttpCase, first: Reading, all: Comparison): Promise<void> {
  const ours = await read(given);
  if (ours.ends === first.ends && JSON.stringify(told(ours)) === JSON.stringify(told(first))) return;
  all.differences.push(`it depends on how it arrives: ${JSON.stringify({ given, first, ours })}`);
}

/** Of what is refused, how much was told before that may depend on how it came; whole messages may not. */
function told({ messages, ends }: Reading): readonly ReadMessage[] {
  return ends === 'refused' ? messages.filter(({ isWhole }) => isWhole) : messages;
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
  else if (theirs.error !== undefined && !takes(theirs, ours)) all.refused += 1;
  else {
    const name = strictnessOf(given, ours, theirs);
    if (name !== undefined) all.stricter.set(name, (all.stricter.get(name) ?? 0) + 1);
    else
      all.differences.push(
        `refused here alone, for no reason that has a name: ${JSON.stringify({ given, ours, theirs })}`,
      );
  }
}

/** Whether llhttp has read the message that was refused here, whatever it says of those behind it. */
function takes({ messages }: Reference, ours: Reading): boolean {
  return messages[ours.messages.filter(({ isWhole }) => isWhole).length]?.isWhole === true;
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
