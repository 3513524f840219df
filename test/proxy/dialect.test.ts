import { describe, expect, it } from 'bun:test';
import { dialectAsked, dialectOf } from '../../src/proxy/dialect.ts';
import type { Client } from '../../src/proxy/gateway.ts';
import { defaultSettings } from '../../src/config/settings.ts';

describe('dialectOf', () => {
  it.each([
    '/v1/chat/completions',
    '/api/v1/chat/completions?x',
    '/v1/responses',
    '/v1/responses/r',
    '/openai/v1/models',
  ])('%s is OpenAI’s', (target) => {
    expect(dialectOf(target)).toBe('openai');
  });

  it.each([
    '/v1/messages',
    '/v1/models',
    '/v1/chatter',
    '/x?/openai/v1/models',
    '/v1/files/chat/',
    '/openaiv1',
  ])('%s is not', (target) => {
    expect(dialectOf(target)).toBe('anthropic');
  });
});

describe('dialectAsked', () => {
  const settings = { ...defaultSettings.openai, keys: ['tool'] };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the name is looked at
  const keyed = (name: string): Client => ({ is: 'keyed', key: { name } }) as Client;
  const asked = (headers: string[], client: Client = { is: 'local' }, target = '/v1/models'): string =>
    dialectAsked(target, headers, client, settings);

  it('believes the header before everything else', () => {
    expect(asked(['X-CCProxy-Dialect', 'OpenAI'])).toBe('openai');
    expect(asked(['x-ccproxy-dialect', 'anthropic'], keyed('tool'), '/openai/v1/models')).toBe('anthropic');
    expect(asked(['x-ccproxy-dialect', 'klingon'])).toBe('anthropic');
  });

  it('then the path, the setting of the key, the name of the official client', () => {
    expect(asked([], { is: 'local' }, '/openai/v1/models')).toBe('openai');
    expect(asked([], keyed('tool'))).toBe('openai');
    expect(asked([], keyed('other'))).toBe('anthropic');
    for (const agent of ['OpenAI/JS 7.57.0', 'AsyncOpenAI/Python 3.51.0', 'OpenAI/Go 1'])
      expect(asked(['user-agent', agent])).toBe('openai');
    expect(asked(['user-agent', 'curl/8 OpenAI/JS'])).toBe('anthropic');
  });
});
