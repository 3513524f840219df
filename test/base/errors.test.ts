import { describe, expect, it } from 'bun:test';
import { GatewayError, messageOf, type ErrorCode } from '../../src/base/errors.ts';

describe('a GatewayError', () => {
  it('knows the status and the Anthropic error type of its code', () => {
    const expected: Partial<Record<ErrorCode, [status: number, type: string]>> = {
      bad_request: [400, 'invalid_request_error'],
      not_authenticated: [401, 'authentication_error'],
      path_refused: [403, 'permission_error'],
      thread_not_found: [404, 'not_found_error'],
      method_not_allowed: [405, 'invalid_request_error'],
      body_too_large: [413, 'request_too_large'],
      accounts_limited: [429, 'rate_limit_error'],
      upstream_unreachable: [502, 'api_error'],
      no_account: [503, 'api_error'],
      upstream_timeout: [504, 'timeout_error'],
    };
    for (const [code, [status, type]] of Object.entries(expected)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are the codes above
      const error = new GatewayError(code as ErrorCode, 'x');
      expect([code, error.status, error.type]).toEqual([code, status, type]);
    }
  });

  it('keeps what went wrong underneath apart from the message for the client', () => {
    const cause = new Error('ECONNREFUSED 10.0.0.7:443');
    const error = new GatewayError('upstream_unreachable', 'The upstream could not be reached.', { cause });
    expect(error.message).toBe('The upstream could not be reached.');
    expect(error.cause).toBe(cause);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('GatewayError');
  });

  it('says nothing about another try unless told', () => {
    const { retryAfterSeconds, shouldRetry, allow, cause } = new GatewayError('internal', 'x');
    expect([retryAfterSeconds, shouldRetry, allow, cause]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('messageOf', () => {
  it('is the message of an error, or its name where it has none', () => {
    expect(messageOf(new Error('no such file'))).toBe('no such file');
    expect(messageOf(new TypeError())).toBe('TypeError');
  });

  it('is one line, whatever was thrown', () => {
    expect(messageOf(new Error('first\n  second\r\nthird\u2028fourth'))).toBe('first second third fourth');
    expect(messageOf('plain\ntext')).toBe('plain text');
    expect(messageOf(undefined)).toBe('undefined');
    expect(messageOf(42)).toBe('42');
  });

  it('survives what has no text', () => {
    expect(messageOf(Object.create(null))).toContain('cannot be shown');
    expect(
      messageOf({
        toString: () => {
          throw new Error('no');
        },
      }),
    ).toContain('cannot be shown');
  });
});
