import { isObject, listOf, textAt, type JsonObject } from './json.ts';
import { readMarkers, type Marker } from './markers.ts';
import { textOf, type InputMessage, type MessagesRequest } from './request.ts';
import { sampleOf } from './sample.ts';
import { numberOf, readUsage, type UsageWish } from './usage-wish.ts';

/** What the simulated model is going to say. */
export interface Plan {
  readonly blocks: readonly PlannedBlock[];
  /** Stands in the place of the reason that follows from the blocks. */
  readonly stopReason: string | undefined;
  /** Scenario that the text of the user asks for. */
  readonly scenario: string | undefined;
  /** Numbers that the text of the user asks for. */
  readonly usage: UsageWish;
  /** Milliseconds between events. */
  readonly paceMs: number | undefined;
}

export type PlannedBlock =
  | { readonly type: 'thinking'; readonly text: string }
  | PlannedText
  | { readonly type: 'tool_use'; readonly name: string; readonly input: JsonObject };

interface PlannedText {
  readonly type: 'text';
  readonly text: string;
  /** In how many events it comes; undefined leaves it to the stream. */
  readonly deltas: number | undefined;
  /** It is the standard text, so that its events can be shared between streams. */
  readonly isStandard: boolean;
}

/** A text block of `[[text:…]]` or `[[events:…]]` is never longer (characters). */
const longestText = 50_000_000;

/** `[[events:…]]` makes no more. */
const mostDeltas = 100_000;

const paragraph =
  'This is the simulated Claude API. No model has read your message: the same request gets the same answer ' +
  'every time, and nothing of it is billed. Ask for tools, long texts, thinking or failures with the markers ' +
  'and scenarios of the documentation. ';

/** The text the simulator says when nobody asks for another: one paragraph, over and over, so many characters. */
export function standardText(length: number): string {
  const wanted = Math.min(length, longestText);
  return paragraph.repeat(Math.ceil(wanted / paragraph.length)).slice(0, wanted);
}

/**
 * What to answer: the markers in the last text of the user decide, part by part (`[[then]]`), one part for
 * each turn of tool results; without markers it is the standard text of `replyLength` characters.
 */
export function planFor(request: MessagesRequest, replyLength: number): Plan {
  const { prompt, results } = lastTurn(request.messages);
  const markers = prompt === undefined ? [] : readMarkers(textOf(prompt.content));
  const parts = splitAtThen(markers);
  const part = parts[results.length] ?? [];
  const blocks = part.flatMap((marker) => blocksFor(marker, request));
  const plan: Plan = {
    blocks: blocks.some(({ type }) => type !== 'thinking')
      ? blocks
      : [...blocks, ...unasked(request, results, replyLength)],
    stopReason: lastArg(part, 'stop'),
    scenario: lastArg(part, 'fault'),
    usage: readUsage(lastArg(part, 'usage')),
    paceMs: numberOf(lastArg(part, 'pace')),
  };
  return plan;
}

/** The last message of the user that is no tool result, and the turns of tool results after it. */
function lastTurn(messages: readonly InputMessage[]): {
  prompt: InputMessage | undefined;
  results: InputMessage[];
} {
  const results: InputMessage[] = [];
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue;
    if (!message.content.some((block) => block['type'] === 'tool_result'))
      return { prompt: message, results };
    results.unshift(message);
  }
  return { prompt: undefined, results };
}

function splitAtThen(markers: readonly Marker[]): Marker[][] {
  const parts: Marker[][] = [[]];
  for (const marker of markers) {
    if (marker.name === 'then') parts.push([]);
    else parts.at(-1)?.push(marker);
  }
  return parts;
}

function blocksFor({ name, arg }: Marker, request: MessagesRequest): PlannedBlock[] {
  if (name === 'text') return [standard(numberOf(arg) ?? 0)];
  if (name === 'say') return [say(arg)];
  if (name === 'think') return [{ type: 'thinking', text: standardText(numberOf(arg) ?? 120) }];
  if (name === 'tool') return [toolBlock(arg, request)];
  if (name === 'agent') return [calling('Agent', agentInput(arg), request)];
  if (name !== 'events') return [];
  const deltas = Math.max(1, Math.min(numberOf(arg) ?? 1, mostDeltas));
  return [standard(deltas * 16, deltas)];
}

/** `Name {"input": …}`, or `Name` alone with an input that fits its schema. */
function toolBlock(arg: string, request: MessagesRequest): PlannedBlock {
  const [, name = arg.trim(), json] = /^\s*([\w-]+)\s*(\{.*\})?\s*$/s.exec(arg) ?? [];
  if (json === undefined) return calling(name, sampleInput(name, request), request);
  try {
    const input: unknown = JSON.parse(json);
    if (isObject(input)) return calling(name, input, request);
  } catch {
    // Told below: the person who wrote the marker reads the answer.
  }
  return say(`The marker [[tool:${name} …]] does not hold a JSON object.`);
}

/** What Claude Code's `Agent` tool takes (client-behaviour §11). */
function agentInput(prompt: string): JsonObject {
  return {
    description: 'Simulated task',
    prompt,
    subagent_type: 'general-purpose',
    run_in_background: false,
  };
}

/** A model can only call what it was given. */
function calling(name: string, input: JsonObject, { tools }: MessagesRequest): PlannedBlock {
  if (tools.some((tool) => tool['name'] === name)) return { type: 'tool_use', name, input };
  return say(`The simulated model was asked to call the tool ${name}, which this request does not offer.`);
}

function say(text: string): PlannedBlock {
  return { type: 'text', text, deltas: undefined, isStandard: false };
}

function standard(length: number, deltas?: number): PlannedBlock {
  return { type: 'text', text: standardText(length), deltas, isStandard: true };
}

/** What is said where the user asked for nothing: a tool that must be called, a schema, a result, the standard. */
function unasked(
  request: MessagesRequest,
  results: readonly InputMessage[],
  replyLength: number,
): readonly PlannedBlock[] {
  const forced = forcedTool(request);
  if (forced !== undefined && results.length === 0)
    return [{ type: 'tool_use', name: forced, input: sampleInput(forced, request) }];
  if (request.outputSchema !== undefined) return [say(JSON.stringify(sampleOf(request.outputSchema)))];
  const last = results.at(-1);
  if (last !== undefined) return [say(`The tool answered: ${resultText(last).slice(0, 200)}`)];
  return [standard(replyLength)];
}

function forcedTool({ toolChoice, tools }: MessagesRequest): string | undefined {
  const type = toolChoice?.['type'];
  if (type === 'tool') return textAt(toolChoice, 'name');
  return type === 'any'
    ? tools.map((tool) => textAt(tool, 'name')).find((name) => name !== undefined)
    : undefined;
}

function sampleInput(name: string, { tools }: MessagesRequest): JsonObject {
  const schema = tools.find((tool) => tool['name'] === name)?.['input_schema'];
  const sample = isObject(schema) ? sampleOf(schema) : {};
  return isObject(sample) ? sample : {};
}

function resultText(message: InputMessage): string {
  return message.content
    .filter((block) => block['type'] === 'tool_result')
    .map(({ content }) =>
      typeof content === 'string'
        ? content
        : listOf(content)
            .map((part) => textAt(part, 'text') ?? '')
            .join(''),
    )
    .join('\n');
}

function lastArg(part: readonly Marker[], name: Marker['name']): string | undefined {
  return part.findLast((marker) => marker.name === name)?.arg;
}
