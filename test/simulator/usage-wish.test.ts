import { expect, test } from 'bun:test';
import { readUsage } from '../../src/simulator/usage-wish.ts';
import { aSimulator } from './help.ts';

test('counts, tools and words are read by their names; what is none of them is left out', () => {
  expect(readUsage('input=1, read=2,output=x,searches=3,speed=fast,geo=us,tier=batch,huge=9')).toEqual({
    counts: { input: 1, cacheRead: 2 },
    told: { webSearches: 3, speed: 'fast', inferenceGeo: 'us', serviceTier: 'batch' },
  });
  expect(readUsage(undefined)).toEqual({ counts: {}, told: {} });
  expect(readUsage('speed=')).toEqual({ counts: {}, told: {} });
});

test('an answer tells the words and the tools that are asked for, streamed and whole', async () => {
  const { say } = aSimulator();
  const marker = '[[usage:searches=2,fetches=1,speed=fast,geo=us,tier=priority]]';
  const told = {
    server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
    speed: 'fast',
    inference_geo: 'us',
    service_tier: 'priority',
  };
  expect((await say(marker)).json.usage).toMatchObject(told);
  const { events } = await say(marker, { stream: true });
  expect(events[0]?.data.message.usage).toMatchObject(told);
  expect(events.at(-2)?.data.usage.server_tool_use).toEqual(told.server_tool_use);
});

test('what was written to the cache can be told whole, and in parts that do not add up to it', async () => {
  const { say } = aSimulator();
  expect((await say('[[usage:write=10]]')).json.usage).toMatchObject({
    cache_creation_input_tokens: 10,
    cache_creation: null,
  });
  expect((await say('[[usage:write=10000,write5m=1000,write1h=2000]]')).json.usage).toMatchObject({
    cache_creation_input_tokens: 10_000,
    cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
  });
  expect(readUsage('write=10000,write5m=1000,write1h=2000').counts).toEqual({
    cacheWrite5m: 8000,
    cacheWrite1h: 2000,
  });
});
