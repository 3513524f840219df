import { aSimulator } from '../simulator/help.ts';

/** The body of an answer, as the simulator sent it. */
export interface SomeAnswer {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

const places = ['head', 'start', 'thinking', 'text', 'tool', 'block', 'delta'];
const everything =
  '[[think:90]][[say:größe 😀 "quoted" \\ and\na line]][[tool:Bash {"command":"ls \\"a\\" && x"}]]';

/** Every shape the simulator gives to the body of a Messages answer, not compressed. */
export async function someAnswers(): Promise<SomeAnswer[]> {
  const bent = [
    ...places.flatMap((place) => [`cut-${place}`, `end-${place}`, `error-event-${place}`]),
    'unknown-event',
    'split-7',
    'stop-refusal',
  ].map((scenario) => [`${scenario}, of everything`, everything, scenario] as const);
  const wanted = [
    ['text', '[[text:300]]', undefined],
    ['everything', everything, undefined],
    ['numbers', '[[usage:input=1,read=2,write5m=3,write1h=4,output=5]]', undefined],
    ['nothing', '[[say:]]', undefined],
    ...bent,
  ] as const;
  const answers: SomeAnswer[] = [];
  for (const [name, text, scenario] of wanted) {
    for (const stream of [true, false]) {
      const answer = await answerOf(text, scenario, stream);
      if (answer !== undefined) answers.push({ name: `${name}${stream ? '' : ', whole'}`, ...answer });
    }
  }
  return answers;
}

/** Undefined where that is none of the Messages API: an error, or nothing at all. */
async function answerOf(
  text: string,
  scenario: string | undefined,
  stream: boolean,
): Promise<Omit<SomeAnswer, 'name'> | undefined> {
  const { say, clock } = aSimulator();
  const tools = [{ name: 'Bash', input_schema: { type: 'object' } }];
  const headers = scenario === undefined ? [] : ['x-sim-fault', scenario];
  const more = { stream, tools, thinking: { type: 'adaptive' }, max_tokens: 4096 };
  const reading = await say(text, more, { headers: ['x-sim-pace', 'fast', ...headers] });
  for (let turns = 0; reading.ended === 'no' && turns < 500; turns += 1) await clock.turn(20);
  if (reading.status !== 200 || reading.bytes.length === 0) return undefined;
  return { type: reading.header('content-type') ?? '', bytes: reading.bytes };
}

/** An event as it stands in a stream. */
export function anEvent(data: unknown): string {
  const type: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'type') : '';
  return `event: ${String(type)}\ndata: ${JSON.stringify(data)}\n\n`;
}
