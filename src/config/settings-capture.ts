import { byteCount, listOf, wholeNumber, yesNo } from './kinds.ts';
import { line } from './provider-kinds.ts';
import { setting } from './setting.ts';

const mib = 2 ** 20;

export const capture = {
  help: 'Keeping what is asked and answered, encrypted, to look at it later: `docs/capture.md`. Off unless you turn it on; no client can.',
  settings: {
    enabled: setting({
      kind: yesNo(),
      fallback: false,
      help: 'Whether prompts and answers are kept. While it is on, the log, `status` and `doctor` say so.',
      isLive: true,
    }),
    keepDays: setting({
      kind: wholeNumber(1, 366),
      fallback: 7,
      help: 'So many days after the day of a call, what was kept of it is destroyed; also after `enabled` was turned off.',
      isLive: true,
    }),
    maxBytes: setting({
      kind: byteCount(64 * mib, 2 ** 40),
      fallback: 512 * mib,
      help: 'The most that all captures together take, as they lie there: compressed and encrypted. Beyond it the oldest go first.',
      isLive: true,
    }),
    maxCallBytes: setting({
      kind: byteCount(1024, 32 * mib),
      fallback: 4 * mib,
      help: 'The most that is kept of a request, and of an answer; of longer ones the beginning.',
      isLive: true,
    }),
    clients: setting({
      kind: listOf(line(), 'names'),
      fallback: [],
      help: 'Only calls of these client keys, by name or id; `local` for programs on this machine without one. Empty for all.',
      isLive: true,
    }),
    accounts: setting({
      kind: listOf(line(), 'names'),
      fallback: [],
      help: 'Only calls that these accounts served, by name or id. Empty for all.',
      isLive: true,
    }),
  },
} as const;
