import { isObject, type JsonObject } from './json.ts';
import { refusal } from './refusal.ts';
import type { Warnings } from './warnings.ts';

/**
 * What becomes of a parameter. `honoured`: it does what OpenAI says. `mapped`: it becomes something of the Messages
 * API that comes close; the note says how close. `ignored`: it changes nothing. `refused`: a call that uses it is
 * answered with 400.
 */
export type Fate = 'honoured' | 'mapped' | 'ignored' | 'refused';

export interface Parameter {
  readonly fate: Fate;
  /** For docs/openai.md, in Markdown. */
  readonly note: string;
  /** Values that ask for nothing; `null` is always one. */
  readonly idle?: (value: unknown) => boolean;
  /** Ignoring it is told in the warning header. */
  readonly isTold?: true;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/**
 * Goes through everything a request says.
 *
 * @throws GatewayError bad_request for a parameter that is refused
 */
export function checkParameters(body: JsonObject, parameters: Parameters, warnings: Warnings): void {
  const known = new Map(Object.entries(parameters));
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue;
    const parameter = known.get(name);
    if (parameter === undefined) {
      warnings.unknown(name);
      continue;
    }
    if (parameter.idle?.(value) === true) continue;
    if (parameter.fate === 'refused') throw refusal(name, `${plain(parameter.note)} See docs/openai.md.`);
    if (parameter.isTold === true) warnings.add(`${name}: ignored`);
  }
}

/** Markdown's backquotes are for the page. */
function plain(note: string): string {
  return note.replaceAll('`', '"');
}

const isFalse = (value: unknown): boolean => value === false;
const isZero = (value: unknown): boolean => value === 0;
const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
const isAnyOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

/** What both endpoints have. */
const shared = {
  metadata: { fate: 'ignored', note: 'Nothing is stored that it could be found by.' },
  model: {
    fate: 'honoured',
    note: 'A model of the API, or an alias of `[openai.models]`; answers name it as asked.',
  },
  moderation: { fate: 'refused', note: 'Nobody here moderates.' },
  parallel_tool_calls: { fate: 'mapped', note: '`false` becomes `disable_parallel_tool_use`.' },
  prompt_cache_key: {
    fate: 'ignored',
    note: 'A conversation is known by its beginning and stays on its account.',
  },
  prompt_cache_options: { fate: 'ignored', note: 'Markers are placed by `openai.prompt_cache`.' },
  prompt_cache_retention: { fate: 'ignored', note: 'See `openai.prompt_cache`.' },
  safety_identifier: { fate: 'mapped', note: 'To `metadata.user_id`, where `user` is not given.' },
  service_tier: {
    fate: 'mapped',
    note: '`default` becomes `standard_only`, `auto` and `priority` the default `auto`; others are ignored, with a warning.',
  },
  store: { fate: 'ignored', note: 'Contents are never kept.' },
  stream: { fate: 'honoured', note: '' },
  temperature: {
    fate: 'mapped',
    note: '1 is the most. Left out, with a warning, where the model or the version of the API does not take it.',
  },
  tool_choice: {
    fate: 'honoured',
    note: '`allowed_tools` leaves the other tools out of the request. Hosted tools are refused.',
  },
  top_logprobs: { fate: 'refused', note: 'The API tells no probabilities.', idle: isZero },
  top_p: {
    fate: 'mapped',
    note: 'As `temperature`; some models take only one of the two, and then not this one.',
  },
  user: { fate: 'mapped', note: 'To `metadata.user_id`; one of more than 256 characters as its SHA-256.' },
} as const satisfies Parameters;

/** `POST /v1/chat/completions`. */
export const chatParameters = {
  ...shared,
  audio: { fate: 'refused', note: 'The models do not speak.' },
  frequency_penalty: { fate: 'ignored', note: 'With a warning, unless it is 0.', idle: isZero, isTold: true },
  function_call: { fate: 'honoured', note: 'The older form of `tool_choice`.' },
  functions: {
    fate: 'honoured',
    note: 'The older form of `tools`; answered by `function_call`, one call at a time.',
  },
  logit_bias: { fate: 'refused', note: 'The API has no bias on tokens.', idle: isEmpty },
  logprobs: { fate: 'refused', note: 'The API tells no probabilities.', idle: isFalse },
  max_completion_tokens: {
    fate: 'honoured',
    note: 'Left out, the default of the model (`data/model-facts.json`).',
  },
  max_tokens: { fate: 'honoured', note: 'The older name of `max_completion_tokens`, which wins.' },
  messages: { fate: 'mapped', note: 'See the next table.' },
  modalities: { fate: 'refused', note: 'The models write text and nothing else.', idle: isOnlyText },
  n: { fate: 'refused', note: 'There is one answer to a call.', idle: isAnyOf(1) },
  prediction: { fate: 'ignored', note: 'It only speeds answers up.' },
  presence_penalty: { fate: 'ignored', note: 'With a warning, unless it is 0.', idle: isZero, isTold: true },
  reasoning_effort: {
    fate: 'mapped',
    note: 'To adaptive thinking and `output_config.effort`, or to a budget of tokens on models that have one; `none` and `minimal` turn thinking off.',
  },
  response_format: {
    fate: 'mapped',
    note: '`json_schema` becomes structured output, and is refused for models without it. `json_object` becomes an instruction, with a warning.',
  },
  seed: { fate: 'ignored', note: 'The API has none.' },
  stop: { fate: 'mapped', note: 'Sequences of blanks alone are left out, with a warning.' },
  stream_options: { fate: 'honoured', note: '`include_usage`; `include_obfuscation` is ignored.' },
  thinking: { fate: 'honoured', note: "Not OpenAI's: the Messages API's own, passed on as it is." },
  tools: {
    fate: 'honoured',
    note: 'Functions, with `strict` on models that can, and custom tools, whose grammar is told to the model but not enforced, with a warning.',
  },
  verbosity: {
    fate: 'ignored',
    note: 'With a warning, unless it is `medium`.',
    idle: isAnyOf('medium'),
    isTold: true,
  },
  web_search_options: { fate: 'refused', note: "It searches with OpenAI's servers." },
} as const satisfies Parameters;

/** `POST /v1/responses`. */
export const responsesParameters = {
  ...shared,
  access_programs: { fate: 'ignored', note: "Of OpenAI's platform.", isTold: true },
  background: { fate: 'refused', note: 'Nothing is kept here that could be fetched later.', idle: isFalse },
  context_management: {
    fate: 'ignored',
    note: 'With a warning: nothing is cut from a conversation here.',
    isTold: true,
  },
  conversation: {
    fate: 'refused',
    note: 'Nothing of a conversation is stored here; send its items as `input`.',
  },
  image: { fate: 'refused', note: 'The models draw no pictures.' },
  include: { fate: 'mapped', note: '`reasoning.encrypted_content` is always there; nothing else is.' },
  input: { fate: 'mapped', note: 'See the next table.' },
  instructions: { fate: 'honoured', note: 'The first part of the system prompt.' },
  max_output_tokens: {
    fate: 'honoured',
    note: 'Left out, the default of the model (`data/model-facts.json`).',
  },
  max_tool_calls: { fate: 'ignored', note: 'With a warning: it counts calls of hosted tools.', isTold: true },
  metadata: { fate: 'mapped', note: 'Given back in the answer; nothing is stored.' },
  previous_response_id: {
    fate: 'refused',
    note: 'Nothing of a conversation is stored here; send its items as `input`, reasoning items with their `encrypted_content`.',
  },
  prompt: { fate: 'refused', note: "Prompts are stored on OpenAI's servers." },
  reasoning: {
    fate: 'mapped',
    note: '`effort` as `reasoning_effort` of chat. Summaries come whenever the model thinks; other members are ignored.',
  },
  stream_options: { fate: 'ignored', note: '`include_obfuscation`: nothing is obfuscated.' },
  text: {
    fate: 'mapped',
    note: '`format` as `response_format` of chat; `verbosity` is ignored, with a warning.',
  },
  tools: {
    fate: 'honoured',
    note: 'Functions, with `strict` on models that can. Custom tools as in chat. Web search is left out, with a warning; other hosted tools are refused.',
  },
  truncation: {
    fate: 'ignored',
    note: 'With a warning for `auto`: a conversation that is too long is an error.',
    idle: isAnyOf('disabled'),
    isTold: true,
  },
} as const satisfies Parameters;

function isOnlyText(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => one === 'text');
}
