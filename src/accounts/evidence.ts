import { redacted } from '../base/redact.ts';

/** What the upstream said that a standing stands on: as it came, but bounded, and without what looks like a credential. */
export interface Evidence {
  /** A header of its answer, or a member of its error body. */
  readonly in: 'header' | 'body';
  /** `anthropic-ratelimit-output-tokens-reset`, `error.message`, … */
  readonly name: string;
  readonly value: string;
}

/** Longer than any header worth showing (characters). */
const longestName = 80;
const longestValue = 200;
/** More of a value is not even looked at. */
const longestRead = 4_096;

export function evidenceOf(where: Evidence['in'], name: string, value: string): Evidence {
  return {
    in: where,
    name: cut(name, longestName),
    value: cut(redacted(value.slice(0, longestRead)), longestValue),
  };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
