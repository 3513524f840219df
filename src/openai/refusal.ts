import { GatewayError } from '../base/errors.ts';

/** A parameter that cannot be honoured, or makes no sense; the envelope finds its name in front of the colon. */
export function refusal(parameter: string, why: string): GatewayError {
  return new GatewayError('bad_request', `${parameter}: ${why}`);
}
