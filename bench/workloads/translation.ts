/** What the translation of OpenAI's formats costs, measured in this process: it is computation alone. */
import { eventReader } from '../../src/openai/translating.ts';
import { translate, type Spoken } from '../../src/openai/speeches.ts';
import { median } from '../instrument/measuring.ts';
import type { Bar } from '../report/bar.ts';

/** As `--only` names it. */
export const translationName = 'translation';

const around = { aliases: { 'gpt-*': 'claude-opus-5-5' }, cache: '5m', version: '2023-06-01' } as const;
const now = 1_790_000_000_000;
const tools = Array.from({ length: 20 }, (_, at) => ({
  type: 'function',
  function: {
    name: `tool_${at}`,
    description: 'Reads a file and gives back the lines that were asked for. '.repeat(6),
    parameters: {
      type: 'object',
      properties: { path: { type: 'string' }, lines: { type: 'integer' } },
      required: ['path'],
    },
  },
}));

interface Message {
  readonly role: string;
  readonly content: string;
  readonly reasoning_details?: readonly object[];
  readonly tool_calls?: readonly { readonly id: string; readonly type: string; readonly function: object }[];
  readonly tool_call_id?: string;
}

/** A conversation of an agent: 20 tools, and `turns` turns with a call and its result of about a kilobyte. */
function conversation(turns: number): Message[] {
  const messages: Message[] = [{ role: 'system', content: 'You are careful. '.repeat(200) }];
  for (let turn = 0; turn < turns; turn += 1) {
    const id = `call_${turn}`;
    const details = [
      { type: 'reasoning.text', text: 'hm '.repeat(50), signature: 'x'.repeat(300), index: 0 },
    ];
    messages.push(
      { role: 'user', content: `Look at file ${turn}, please.` },
      {
        role: 'assistant',
        content: 'I look.',
        reasoning_details: details,
        tool_calls: [
          { id, type: 'function', function: { name: 'tool_1', arguments: '{"path":"src/a.ts","lines":40}' } },
        ],
      },
      { role: 'tool', tool_call_id: id, content: 'const a = "b";\n'.repeat(70) },
    );
  }
  return messages;
}

/** The same as items of a responses request. */
function itemsOf(message: Message): object[] {
  const { role, content, tool_calls: calls = [], tool_call_id: id } = message;
  if (id !== undefined) return [{ type: 'function_call_output', call_id: id, output: content }];
  return [
    { role, content },
    ...calls.map((call) => ({ type: 'function_call', call_id: call.id, ...call.function })),
  ];
}

const chat = Buffer.from(
  JSON.stringify({
    model: 'gpt-5',
    stream: true,
    reasoning_effort: 'high',
    tools,
    messages: conversation(20),
  }),
);
const responses = Buffer.from(
  JSON.stringify({
    model: 'gpt-5',
    stream: true,
    tools: tools.map(({ function: definition }) => ({ type: 'function', ...definition })),
    input: conversation(20).flatMap(itemsOf),
  }),
);

const events = 2_000;

/** A stream of `events` deltas, each in a chunk of its own as it comes from a socket. */
function chunks(): Buffer[] {
  const event = (data: { type: string } & Record<string, unknown>): Buffer =>
    Buffer.from(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
  const delta = { type: 'text_delta', text: 'A few more words, ' };
  return [
    event({ type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 1 } } }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: events }, () => event({ type: 'content_block_delta', index: 0, delta })),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
    event({ type: 'message_stop' }),
  ];
}

interface Measured {
  readonly name: string;
  /** Bytes of the request. */
  readonly bytes: number;
  readonly requestMs: { readonly p50: number; readonly p99: number };
  readonly eventUs: number;
}

/** Measures both endpoints. */
export function measureTranslation(quick: boolean): Measured[] {
  return [measure('chat', chat, quick), measure('responses', responses, quick)];
}

function measure(endpoint: 'chat' | 'responses', body: Buffer, quick: boolean): Measured {
  const repeats = quick ? 300 : 2_000;
  const once = (): Spoken => translate(endpoint, body, around, now);
  for (let warm = 0; warm < 300; warm += 1) once();
  const times = Array.from({ length: repeats }, () => timed(once)).toSorted((a, b) => a - b);
  const stream = chunks();
  const { speech } = once();
  const play = (): void => {
    const reader = eventReader(speech.stream(), () => {});
    for (const chunk of stream) reader.chunk(chunk);
    reader.end();
  };
  for (let warm = 0; warm < 5; warm += 1) play();
  const plays = Array.from({ length: quick ? 10 : 50 }, () => timed(play));
  return {
    name: endpoint,
    bytes: body.length,
    requestMs: { p50: median(times) ?? 0, p99: times[Math.floor(repeats * 0.99)] ?? 0 },
    eventUs: ((median(plays) ?? 0) * 1000) / stream.length,
  };
}

/** Milliseconds. */
function timed(run: () => unknown): number {
  const begun = performance.now();
  run();
  return performance.now() - begun;
}

/** The figures as a table. */
export function translationTable(measured: readonly Measured[]): string {
  const rows = measured.map(
    ({ name, bytes, requestMs, eventUs }) =>
      `  ${name.padEnd(26)}${`${(bytes / 1024).toFixed(0)} KB`.padStart(13)}${requestMs.p50.toFixed(3).padStart(13)}${requestMs.p99.toFixed(3).padStart(13)}${eventUs.toFixed(2).padStart(13)}`,
  );
  const heads = ['request', 'p50 ms', 'p99 ms', 'an event µs'].map((head) => head.padStart(13)).join('');
  return [
    `Translation of OpenAI's formats  [${translationName}]`,
    `  ${''.padEnd(26)}${heads}`,
    ...rows,
  ].join('\n');
}

/** What is wanted of them. */
export function translationBars(measured: readonly Measured[]): Bar[] {
  const most = (of: (one: Measured) => number): number => Math.max(...measured.map(of));
  const bar = (text: string, wanted: string, got: number, limit: number, decimals: number): Bar => ({
    text,
    wanted,
    got: got.toFixed(decimals),
    verdict: got < limit ? 'met' : 'missed',
  });
  return [
    bar(
      'translated request p50, ms',
      '< 0.3',
      most(({ requestMs }) => requestMs.p50),
      0.3,
      3,
    ),
    bar(
      'translated event, µs',
      '< 10',
      most(({ eventUs }) => eventUs),
      10,
      2,
    ),
  ];
}
