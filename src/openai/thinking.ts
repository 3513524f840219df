import type { Block } from './conversation.ts';
import { numberAt, textAt, type JsonObject } from './json.ts';
import type { ModelFacts } from './model-facts.ts';
import { refusal } from './refusal.ts';
import type { Warnings } from './warnings.ts';

/** The efforts of OpenAI's models, the least first. */
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** What models that think within a budget may spend (tokens); the API takes no less than the smallest. */
const budgets = { low: 2_048, medium: 8_192, high: 16_384, xhigh: 32_000, max: 48_000 } as const;
const smallestBudget = 1_024;

/** How much a model is to think, as the Messages API is told. */
export interface Thinking {
  readonly thinking: JsonObject | undefined;
  readonly effort: string | undefined;
  /** It thinks: then other parameters are not taken. */
  readonly isOn: boolean;
}

export interface ThinkingWish {
  /** `reasoning_effort`, or `reasoning.effort`. */
  readonly effort: unknown;
  readonly parameter: string;
  /** The Messages API's own `thinking`, which some clients send along. */
  readonly own: JsonObject | undefined;
  readonly maxTokens: number;
  readonly toolChoice: Block | undefined;
  /** The conversation stands in a tool loop whose thinking did not come back. */
  readonly isLoopWithoutThinking: boolean;
}

const off: Thinking = { thinking: undefined, effort: undefined, isOn: false };

/**
 * `reasoning_effort` as thinking. Where the model cannot think now (a tool is forced, or its earlier thinking is
 * gone) it answers without, and a warning says so.
 *
 * @throws GatewayError bad_request for an effort that does not exist
 */
export function thinkingFor(wish: ThinkingWish, facts: ModelFacts, warnings: Warnings): Thinking {
  if (wish.own !== undefined) {
    const type = textAt(wish.own, 'type');
    return { thinking: wish.own, effort: effortFor(wish, facts, warnings), isOn: type !== 'disabled' };
  }
  const asked = readEffort(wish);
  if (asked === undefined) return off;
  if (facts.thinking === 'none') {
    if (asked !== 'none') warnings.add(`${wish.parameter}: the model does not think, ignored`);
    return off;
  }
  const effort = effortFor(wish, facts, warnings);
  if (asked === 'none' || asked === 'minimal') return { thinking: { type: 'disabled' }, effort, isOn: false };
  if (facts.thinking === 'adaptive') return adaptive(wish, effort, warnings);
  return budgeted(asked, wish, effort, warnings);
}

type Effort = (typeof efforts)[number];

function readEffort({ effort, parameter }: ThinkingWish): Effort | undefined {
  if (effort === undefined || effort === null) return undefined;
  const known = efforts.find((one) => one === effort);
  if (known === undefined) throw refusal(parameter, `it must be one of ${efforts.join(', ')}.`);
  return known;
}

/** The nearest effort that the model has. */
function effortFor(wish: ThinkingWish, { efforts: has }: ModelFacts, warnings: Warnings): string | undefined {
  const asked = readEffort(wish);
  if (asked === undefined || asked === 'none' || has.length === 0) return undefined;
  if (asked === 'minimal') return has[0];
  if (has.includes(asked)) return asked;
  const nearest = has.findLast((one) => rank(one) < rank(asked)) ?? has[0];
  warnings.add(`${wish.parameter}: the model has no effort ${asked}, ${nearest} is used`);
  return nearest;
}

function rank(effort: string): number {
  return efforts.findIndex((one) => one === effort);
}

function adaptive(
  { toolChoice, parameter }: ThinkingWish,
  effort: string | undefined,
  warnings: Warnings,
): Thinking {
  if (!isForced(toolChoice))
    return { thinking: { type: 'adaptive', display: 'summarized' }, effort, isOn: true };
  warnings.add(`${parameter}: a forced tool is called without thinking`);
  return { thinking: undefined, effort, isOn: false };
}

function budgeted(
  asked: Exclude<Effort, 'none' | 'minimal'>,
  { maxTokens, toolChoice, parameter, isLoopWithoutThinking }: ThinkingWish,
  effort: string | undefined,
  warnings: Warnings,
): Thinking {
  const without = (why: string): Thinking => {
    warnings.add(`${parameter}: ${why}`);
    return { thinking: undefined, effort, isOn: false };
  };
  if (isForced(toolChoice)) return without('a forced tool is called without thinking');
  if (isLoopWithoutThinking)
    return without('the thinking before the tool call did not come back, so there is none');
  const budget = Math.min(budgets[asked], maxTokens - 1);
  if (budget < smallestBudget) return without('the output limit leaves no room for thinking');
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort, isOn: true };
}

function isForced(choice: Block | undefined): boolean {
  return choice?.['type'] === 'any' || choice?.['type'] === 'tool';
}

/** The version of the API that ended sampling parameters. */
const withoutSampling = '2026-10-21';

/**
 * `temperature` and `top_p`, where this model and version of the API take them; else a warning says that they were
 * left out.
 *
 * @throws GatewayError bad_request for values that OpenAI refuses too
 */
export function samplingFor(
  body: JsonObject,
  version: string,
  isThinking: boolean,
  { sampling }: ModelFacts,
  warnings: Warnings,
): JsonObject {
  const temperature = inRange(body, 'temperature', 2);
  const topP = inRange(body, 'top_p', 1);
  const leftOut = (name: string, why: string): void => warnings.add(`${name}: left out, ${why}`);
  const given = { temperature, top_p: topP };
  const why =
    version === withoutSampling
      ? 'the API version does not take it'
      : sampling === 'none'
        ? 'the model does not take it'
        : isThinking
          ? 'the model does not take it while it thinks'
          : undefined;
  const taken: Record<string, number> = {};
  for (const [name, value] of Object.entries(given)) {
    // What both take for granted says nothing.
    if (value === undefined || value === 1) continue;
    if (why !== undefined) leftOut(name, why);
    else if (name === 'top_p' && sampling === 'one' && taken['temperature'] !== undefined)
      leftOut(name, 'the model takes temperature or top_p');
    else taken[name] = Math.min(1, value);
  }
  if (taken['temperature'] === 1) warnings.add('temperature: 1 is the most here');
  return taken;
}

function inRange(body: JsonObject, name: string, most: number): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const number = numberAt(body, name);
  if (number === undefined || number < 0 || number > most)
    throw refusal(name, `it must be a number from 0 to ${most}.`);
  return number;
}
