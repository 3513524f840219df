import { listOf, optional } from './kinds.ts';
import { day, factor, modelPattern, usdPerMillion } from './price-kinds.ts';
import { setting } from './setting.ts';

export const prices = {
  what: 'a price',
  sampleName: 'house-model',
  help: 'What models cost where it is not what the list says: `[prices.house-model]` is a price called "house-model". Each needs `models`, and `input` and `output`, or `factor` alone. `docs/prices.md` says how they are applied.',
  settings: {
    models: setting({
      kind: listOf(modelPattern(), 'model names, such as ["house-model-*"]'),
      fallback: [],
      help: 'Which models it is for: names, or patterns with `*`. A name that fits as the call says it stands before one that fits a plainer form of it.',
      isLive: true,
      example: 'house-model-*',
    }),
    input: setting({
      kind: optional(usdPerMillion()),
      fallback: undefined,
      help: 'US dollars for a million tokens of input.',
      isLive: true,
      example: '3',
    }),
    output: setting({
      kind: optional(usdPerMillion()),
      fallback: undefined,
      help: 'US dollars for a million tokens of output.',
      isLive: true,
      example: '15',
    }),
    cacheRead: setting({
      kind: optional(usdPerMillion()),
      fallback: undefined,
      help: 'The same for tokens read from the prompt cache. Left out, a tenth of `input`.',
      isLive: true,
      example: '0.3',
    }),
    cacheWrite5m: setting({
      kind: optional(usdPerMillion()),
      fallback: undefined,
      help: 'The same for tokens kept in the prompt cache for five minutes. Left out, 1.25 times `input`.',
      isLive: true,
      example: '3.75',
    }),
    cacheWrite1h: setting({
      kind: optional(usdPerMillion()),
      fallback: undefined,
      help: 'The same for an hour. Left out, twice `input`.',
      isLive: true,
      example: '6',
    }),
    factor: setting({
      kind: optional(factor()),
      fallback: undefined,
      help: 'In place of rates: so many times what the list says, for a discount or a surcharge on all tokens.',
      isLive: true,
      example: '0.85',
    }),
    from: setting({
      kind: optional(day()),
      fallback: undefined,
      help: 'The first day (UTC) on which it holds. Of several that fit, the one that began last counts.',
      isLive: true,
      example: '2026-11-01',
    }),
  },
} as const;
