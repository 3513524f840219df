import type { TrafficShape } from './scenario.ts';
import { Seeded } from './seeded.ts';
import type { KeptFor, Step, Thread, Traffic } from './traffic.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Monday, 2 November 2026: the day does not matter, but the same scenario must cost the same every time. */
const start = Date.UTC(2026, 10, 2);

/** So many tokens a second an answer comes with, after a second in which it begins. */
const tokensPerSecond = 70;
/** A conversation that is summed up goes on with so much of it (tokens). */
const summaryTokens = 6_000;
/** Sessions of one burst begin within this time (ms). */
const burstMs = 120_000;
/** Calls of a subagent, and what its tools and system take of those of its session. */
const agentCalls = 6;
const agentOpening = 0.5;

/** Traffic of that shape. The same seed makes the same traffic. */
export function madeUp(shape: TrafficShape, seed: number): Traffic {
  const random = new Seeded(seed);
  const begins = beginnings(shape, random.fork());
  const threads = begins.map((beginsMs, at) =>
    new Session(shape, random.fork(), `session-${at + 1}`).thread(beginsMs),
  );
  return { start, threads };
}

/** When the sessions begin (ms after the start), in order: by day, within the working hours, some of them together. */
function beginnings(
  { sessions, days, hours: [from, to], weekend, bursts }: TrafficShape,
  random: Seeded,
): number[] {
  const weights = Array.from({ length: days }, (_, day): [string, number] => [
    String(day),
    day % 7 < 5 ? 1 : weekend,
  ]);
  const begins: number[] = [];
  for (let at = 0; at < sessions; at += 1) {
    const before = begins.at(-1);
    if (before !== undefined && random.chance(bursts)) {
      begins.push(before + random.next() * burstMs);
      continue;
    }
    const day = Number(random.weighted(weights));
    begins.push(day * dayMs + (from + random.next() * (to - from)) * hourMs);
  }
  return begins.map(Math.round).toSorted((a, b) => a - b);
}

/** One session, as it is made up. */
class Session {
  readonly #shape: TrafficShape;
  readonly #random: Seeded;
  readonly #name: string;
  readonly #model: string;
  readonly #keptFor: KeptFor;
  #agents = 0;

  constructor(shape: TrafficShape, random: Seeded, name: string) {
    this.#shape = shape;
    this.#random = random;
    this.#name = name;
    this.#model = random.weighted(Object.entries(shape.models));
    this.#keptFor = random.chance(shape.hourCache) ? '1h' : '5m';
  }

  thread(beginsMs: number): Thread {
    const { turns, calls, opening } = this.#shape;
    const talk = new Talk(opening);
    const steps: Step[] = [];
    const wanted = this.#random.count(turns);
    for (let turn = 0; turn < wanted; turn += 1) {
      const inTurn = this.#random.count(calls);
      for (let call = 0; call < inTurn; call += 1) {
        const isPrompt = call === 0;
        // The first prompt is typed before the session is heard of.
        const isFirst = isPrompt && turn === 0;
        steps.push(this.#step(talk, isFirst ? 0 : this.#pause(isPrompt), isPrompt && this.#startsAgents()));
      }
    }
    return { session: this.#name, agent: undefined, beginsMs, steps };
  }

  #pause(isPrompt: boolean): number {
    const { thinkMs, toolMs } = this.#shape;
    return Math.round(this.#random.waiting(isPrompt ? thinkMs : toolMs));
  }

  #startsAgents(): boolean {
    return this.#random.chance(this.#shape.agents);
  }

  #agentThread(): Thread {
    this.#agents += 1;
    const agent = `agent-${this.#agents}`;
    const talk = new Talk(Math.round(this.#shape.opening * agentOpening), this.#agents * 1000);
    const steps = Array.from({ length: this.#random.count(agentCalls) }, (_, at) =>
      this.#step(talk, at === 0 ? 0 : this.#pause(false), false),
    );
    return { session: this.#name, agent, beginsMs: 0, steps };
  }

  #step(talk: Talk, afterMs: number, startsAgents: boolean): Step {
    const { growth, output: usualOutput, context } = this.#shape;
    const output = Math.max(1, Math.round(this.#random.near(usualOutput)));
    const prompt = talk.next(Math.round(this.#random.near(growth)), output, context);
    const agents = startsAgents
      ? Array.from({ length: this.#random.count(2) }, () => this.#agentThread())
      : [];
    return {
      afterMs,
      model: this.#model,
      ...prompt,
      output,
      keptFor: this.#keptFor,
      answerMs: Math.round(1000 + (output / tokensPerSecond) * 1000),
      agents,
    };
  }
}

/** How the prompt of a conversation grows, and starts over when it has become too long. */
class Talk {
  readonly #common: number;
  #length: number;
  #chapter: number;
  #known = 0;

  constructor(common: number, chapter = 0) {
    this.#common = common;
    this.#length = common;
    this.#chapter = chapter;
  }

  /** The prompt of the next call, which adds so many tokens, and is answered with so many. */
  next(more: number, output: number, context: number) {
    if (this.#length + more > context && this.#known > 0) {
      this.#chapter += 1;
      this.#known = 0;
      this.#length = this.#common + Math.min(summaryTokens, Math.max(0, context - this.#common - more));
    }
    const prompt = this.#length + more;
    const step = { prompt, known: this.#known, common: this.#common, chapter: this.#chapter };
    this.#known = prompt;
    this.#length = prompt + output;
    return step;
  }
}
