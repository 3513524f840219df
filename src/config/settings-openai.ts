import { choice, listOf } from './kinds.ts';
import { modelAliases } from './openai-kinds.ts';
import { line } from './provider-kinds.ts';
import { setting } from './setting.ts';

export const openai = {
  help: "Clients that speak OpenAI's formats: `/v1/chat/completions`, `/v1/responses`. `docs/openai.md` says what becomes of each parameter.",
  settings: {
    models: setting({
      kind: modelAliases(),
      fallback: {},
      help: 'What the names of models stand for that such clients send: `[openai.models]` with lines like `"gpt-*" = "claude-sonnet-5-5"`. A name counts before a pattern, a longer pattern before a shorter one. Any other name goes to the upstream as it is.',
      isLive: true,
      example: 'gpt-*=claude-sonnet-5-5',
    }),
    promptCache: setting({
      kind: choice(['5m', '1h', 'off']),
      fallback: '5m',
      help: 'How long the upstream is asked to keep the prompts of such clients in its cache, which their formats have no word for. What is kept costs a quarter more once (for an hour: twice as much) and a tenth or less each time it is read.',
      isLive: true,
    }),
    keys: setting({
      kind: listOf(line(), 'names of client keys'),
      fallback: [],
      help: "Client keys, by name, whose holders get `GET /v1/models` in OpenAI's format. The official OpenAI clients and paths below `/openai/v1` get it anyway, and so does any call with `x-ccproxy-dialect: openai`.",
      isLive: true,
    }),
    nativeAccounts: setting({
      kind: listOf(line(), 'accounts'),
      fallback: [],
      help: "Accounts, by name or id, whose upstream speaks OpenAI's formats itself, as Anthropic's does for trials. A call that none but such accounts may serve goes there untranslated: its usage is not counted, and there is one attempt.",
      isLive: true,
    }),
  },
} as const;
