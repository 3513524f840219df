import type { Block } from './conversation.ts';
import { objectAt, textAt, type JsonObject } from './json.ts';
import { refusal } from './refusal.ts';

/**
 * OpenAI's custom tools take plain text. For the Messages API each is a tool with one argument that is that text; of a
 * call the text is taken out again, as it comes.
 */
const argument = 'input';

/**
 * A custom tool, in the form of chat (`custom`) or of responses. A grammar is told to the model, and not enforced.
 *
 * @throws GatewayError bad_request
 */
export function customTool(definition: JsonObject, place: string): Block {
  const name = textAt(definition, 'name');
  if (name === undefined || name === '') throw refusal(`${place}.name`, 'a tool needs a name.');
  const format = objectAt(definition, 'format');
  const { syntax, definition: grammar } = objectAt(format, 'grammar') ?? format ?? {};
  const rules =
    typeof grammar === 'string' ? [`Its input follows this grammar (${String(syntax)}):\n${grammar}`] : [];
  const description = [textAt(definition, 'description') ?? '', ...rules]
    .filter((text) => text !== '')
    .join('\n\n');
  return {
    name,
    ...(description !== '' && { description }),
    input_schema: {
      type: 'object',
      properties: { [argument]: { type: 'string' } },
      required: [argument],
      additionalProperties: false,
    },
  };
}

/** Whether a grammar comes with a custom tool. */
export function hasGrammar(definition: JsonObject): boolean {
  return textAt(objectAt(definition, 'format'), 'type') === 'grammar';
}

/** The text of a call as the arguments of its tool. */
export function customArguments(text: string): string {
  return JSON.stringify({ [argument]: text });
}

/** The text of a call, from the input of its tool; of an input of another form all of it. */
export function customText(input: unknown): string {
  return textAt(input, argument) ?? JSON.stringify(input ?? {});
}

const beginning = new RegExp(`^\\s*\\{\\s*"${argument}"\\s*:\\s*"`);
/** An escaped character of JSON (RFC 8259 §7); half of a surrogate pair waits for the other half. */
const escaped =
  /^\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u(?![dD][89abAB])[0-9a-fA-F]{4}|["\\/bfnrt])/;
const longestEscape = 12;

/** Takes the text out of the pieces in which the arguments of a custom tool come. */
export class CustomInput {
  #waiting = '';
  #isInside = false;
  #isOver = false;

  /** What a further piece says of the text. */
  add(piece: string): string {
    if (this.#isOver) return '';
    this.#waiting += piece;
    if (!this.#isInside) {
      const begun = beginning.exec(this.#waiting);
      if (begun === null) return '';
      this.#isInside = true;
      this.#waiting = this.#waiting.slice(begun[0].length);
    }
    return this.#decode();
  }

  #decode(): string {
    const text = this.#waiting;
    let out = '';
    let at = 0;
    while (at < text.length && !this.#isOver) {
      const special = text.slice(at).search(/["\\]/);
      const end = special === -1 ? text.length : at + special;
      out += text.slice(at, end);
      at = end;
      if (text[at] === '"') this.#isOver = true;
      if (text[at] !== '\\') continue;
      const escape = escaped.exec(text.slice(at, at + longestEscape))?.[0];
      if (escape === undefined) break;
      out += String(JSON.parse(`"${escape}"`));
      at += escape.length;
    }
    this.#waiting = text.slice(at);
    return out;
  }
}
