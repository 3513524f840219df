import { GatewayError } from '../base/errors.ts';
import { isObject, type JsonObject } from './json.ts';

/** Deeper than any conversation or schema (levels). */
const deepest = 200;
/** More than any conversation holds: as many objects take some hundred bytes each, whatever they take as text. */
const mostValues = 500_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * The object that a request body is. Its depth and the number of its values are counted before anything is built
 * of it, so that a few megabytes of brackets from a stranger cost no more than their bytes.
 *
 * @throws GatewayError bad_request
 */
export function readBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) throw new GatewayError('bad_request', 'The request has no body.');
  weigh(bytes);
  const body = parsed(bytes);
  if (!isObject(body)) throw new GatewayError('bad_request', 'The request body is not a JSON object.');
  return body;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new GatewayError('bad_request', 'The request body is not valid JSON.', { cause });
  }
}

function weigh(bytes: Buffer): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    switch (byte) {
      case quote:
        at = endOfString(bytes, at);
        break;
      case openBrace:
      case openBracket:
        depth += 1;
        values += 1;
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
      case comma:
        values += 1;
        break;
      default:
    }
    if (depth > deepest) throw tooMuch(`is nested more than ${deepest} levels deep`);
    if (values > mostValues) throw tooMuch(`holds more than ${mostValues} values`);
  }
}

/** Where the string ends that begins at `start`; the end of all where it does not. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(quote, start + 1);
  while (end !== -1) {
    let before = end - 1;
    while (bytes[before] === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
    end = bytes.indexOf(quote, end + 1);
  }
  return bytes.length;
}

function tooMuch(what: string): GatewayError {
  return new GatewayError('bad_request', `The request body ${what}.`);
}
