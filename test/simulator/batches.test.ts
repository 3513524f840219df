import { describe, expect, test } from 'bun:test';
import { aMessage, ann, aSimulator, bob, type Reading } from './help.ts';

const path = '/v1/messages/batches';
const one = (id: string, more: object = {}): object => ({
  custom_id: id,
  params: aMessage(`[[say:${id}]]`, more),
});

function someBatches() {
  const cara = { ...ann, key: 'sk-ant-api03-cara', name: 'cara' };
  const { simulator, ask, clock } = aSimulator({ keys: [ann, bob, cara], batchMs: 60_000 });
  const create = (requests: unknown, key?: string): Promise<Reading> =>
    ask({ target: path, body: { requests }, key });
  const get = (id: string, key?: string): Promise<Reading> => ask({ target: `${path}/${id}`, key });
  return { simulator, ask, clock, create, get, cara };
}

describe('a batch', () => {
  test('takes its time, then has a line for each request', async () => {
    const { ask, clock, create, get } = someBatches();
    const batch = (await create([one('a'), one('b', { max_tokens: 'many' }), one('c', { stream: true })]))
      .json;
    expect(batch).toMatchObject({
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      results_url: null,
      ended_at: null,
    });
    expect((await ask({ target: `${path}/${batch.id}/results` })).status).toBe(404);
    await clock.turn(60_000);
    const ended = (await get(batch.id)).json;
    expect(ended).toMatchObject({
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 1, errored: 2 },
      results_url: `http://127.0.0.1:1234${path}/${batch.id}/results`,
    });
    const results = await ask({ target: `${path}/${batch.id}/results` });
    expect(results.header('content-type')).toBe('application/x-jsonl');
    const lines = results.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ custom_id, result }) => [custom_id, result.type])).toEqual([
      ['a', 'succeeded'],
      ['b', 'errored'],
      ['c', 'errored'],
    ]);
    expect(lines[0].result.message).toMatchObject({
      content: [{ text: 'a' }],
      usage: { service_tier: 'batch' },
    });
    expect(lines[1].result.error).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect((await ask({ target: `${path}/${batch.id}/results` })).text).toBe(results.text);
  });

  test('belongs to the workspace of the key', async () => {
    const { ask, create, get, cara } = someBatches();
    const { id } = (await create([one('a')])).json;
    expect((await get(id, cara.key)).status).toBe(200);
    expect((await get(id, bob.key)).status).toBe(404);
    expect((await ask({ target: `${path}/${id}/cancel`, method: 'POST', key: bob.key })).status).toBe(404);
    expect((await ask({ target: path, key: bob.key })).json.data).toEqual([]);
    expect((await ask({ target: path })).json.data).toHaveLength(1);
  });

  test('is listed newest first, in pages', async () => {
    const { ask, create } = someBatches();
    const ids = [];
    for (const id of ['a', 'b', 'c']) ids.unshift((await create([one(id)])).json.id);
    const page = (await ask({ target: `${path}?limit=2` })).json;
    expect(page.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    expect(page).toMatchObject({ has_more: true, first_id: ids[0], last_id: ids[1] });
    expect((await ask({ target: `${path}?limit=2&after_id=${ids[1]}` })).json).toMatchObject({
      has_more: false,
      last_id: ids[2],
    });
  });

  test('can be canceled: what was done by then stays', async () => {
    const { ask, create, get, clock } = someBatches();
    const { id } = (await create([one('a'), one('b'), one('c'), one('d')])).json;
    await clock.turn(30_000);
    expect((await ask({ target: `${path}/${id}/cancel`, method: 'POST' })).json.processing_status).toBe(
      'canceling',
    );
    await clock.turn(30_000);
    expect((await get(id)).json).toMatchObject({
      processing_status: 'ended',
      request_counts: { succeeded: 2, canceled: 2 },
    });
    expect((await ask({ target: `${path}/${id}/cancel`, method: 'POST' })).status).toBe(400);
  });

  test('can be deleted when it has ended, and keeps its results 29 days', async () => {
    const { ask, create, get, clock } = someBatches();
    const { id } = (await create([one('a')])).json;
    expect((await ask({ target: `${path}/${id}`, method: 'DELETE' })).status).toBe(400);
    await clock.turn(60_000);
    expect((await get(id)).json.archived_at).toBeNull();
    await clock.turn(29 * 86_400_000);
    expect((await get(id)).json).toMatchObject({ results_url: null });
    expect((await ask({ target: `${path}/${id}/results` })).status).toBe(404);
    expect((await ask({ target: `${path}/${id}`, method: 'DELETE' })).json).toEqual({
      id,
      type: 'message_batch_deleted',
    });
    expect((await get(id)).status).toBe(404);
  });

  test('must be well formed', async () => {
    const { ask, create } = someBatches();
    const message = async (requests: unknown): Promise<string> => (await create(requests)).json.error.message;
    expect(await message([])).toContain('at least 1 item');
    expect(await message([{ params: {} }])).toBe('requests.0.custom_id: Field required');
    expect(await message([{ custom_id: 'a b', params: {} }])).toContain('should match pattern');
    expect(await message([{ custom_id: 'a' }])).toBe('requests.0.params: Field required');
    expect(await message([one('a'), one('a')])).toContain('must be unique');
    expect(
      (await ask({ target: path, body: { requests: [one('a')], extra: 1 } })).json.error.message,
    ).toContain('Extra inputs');
  });
});
