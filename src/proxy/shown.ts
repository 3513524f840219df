import type { Answer, Call } from '../http/call.ts';
import { header } from '../http/headers.ts';

/** No scripts, no forms, an origin of its own (https://www.w3.org/TR/CSP3/#directive-sandbox). */
const harmless = ['content-security-policy', 'sandbox', 'x-content-type-options', 'nosniff'];

/**
 * The answer of the API as a browser may show it. A file that a model wrote can be a page: opened here, its
 * scripts would run under our own origin, which the doors trust. Callers that are no browser showing a
 * document get the answer untouched.
 */
export function shownSafely(call: Call, answer: Answer): Answer {
  if (header(call.headers, 'sec-fetch-mode') !== 'navigate') return answer;
  return { ...answer, headers: [...answer.headers, ...harmless] };
}
