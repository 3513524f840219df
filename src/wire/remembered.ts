import { decidedByName } from '../http/headers.ts';

/** Longer values are seldom the same twice (bytes). */
export const longestRemembered = 128;
/** A value that came in place of the remembered one that often in a row takes its place. */
export const mostMissed = 16;

/** What is no secret by its name, and says nothing of the length of a message: those are read anew each time. */
export const mayRemember = decidedByName(
  (name) => !/auth|key|cookie|token|secret|^content-length$|^transfer-encoding$/.test(name),
);
