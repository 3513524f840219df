/** What a command exits with, and what `--help` says about it. */
export const exitCodes = {
  done: [0, 'done'],
  failed: [1, 'it failed; the message says why and what to do'],
  usage: [2, 'the command line was not understood'],
  settings: [3, 'the settings or a file of the proxy cannot be used'],
  unknown: [4, 'there is no such account, key, session or file'],
  unreachable: [5, 'the proxy does not run, or something does not answer'],
  refused: [6, 'not done: not confirmed, or not allowed'],
  unstartable: [126, '`run`: the program cannot be started'],
  absent: [127, '`run`: there is no such program'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;

export type Exit = keyof typeof exitCodes;
