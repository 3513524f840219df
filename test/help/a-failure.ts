import { GatewayError } from '../../src/base/errors.ts';

/** The error that `promise` rejects with; fails the test when it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with no error: ${String(error)}`, { cause: error });
  }
  throw new Error('expected a failure, but the promise resolved');
}

/** The GatewayError that `promise` rejects with. */
export async function gatewayErrorOf(promise: Promise<unknown>): Promise<GatewayError> {
  return asGatewayError(await failureOf(promise));
}

/** The GatewayError that `run` throws. */
export function thrownBy(run: () => unknown): GatewayError {
  try {
    run();
  } catch (error) {
    return asGatewayError(error);
  }
  throw new Error('expected a GatewayError, but nothing was thrown');
}

function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  throw new Error(`expected a GatewayError, but got ${String(error)}`, { cause: error });
}
