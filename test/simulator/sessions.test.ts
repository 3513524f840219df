import { describe, expect, test } from 'bun:test';
import { aCall, aSimulator, bob, Reading } from './help.ts';

const headers = ['anthropic-beta', 'managed-agents-2026-04-01'];
const greeting = { type: 'user.message', content: [{ type: 'text', text: 'hello' }] };

async function aSession() {
  const simulated = aSimulator();
  const { json: session } = await simulated.ask({
    target: '/v1/sessions',
    headers,
    body: { agent: 'agent_1', environment_id: 'env_1' },
  });
  return { ...simulated, session, target: `/v1/sessions/${session.id}` };
}

describe('a session of a managed agent', () => {
  test('answers a message, and tells it to everybody who listens', async () => {
    const { simulator, ask, clock, target } = await aSession();
    const stream = new Reading(await simulator.handle(aCall({ target: `${target}/events/stream`, headers })));
    const sent = await ask({ target: `${target}/events`, headers, body: { events: [greeting] } });
    expect(sent.json.data).toMatchObject([greeting]);
    expect((await ask({ target, headers })).json.status).toBe('running');
    await clock.turn(50);
    expect(stream.names).toEqual([
      'user.message',
      'session.status_running',
      'agent.message',
      'session.status_idle',
    ]);
    expect((await ask({ target, headers })).json.status).toBe('idle');
    const listed = (await ask({ target: `${target}/events`, headers })).json.data;
    expect(listed.map(({ type }: { type: string }) => type)).toEqual(stream.names);
    stream.leave();
    expect(simulator.calls[1]?.ended).toBe('client-left');
  });

  test('holds its stream while the reader pauses', async () => {
    const { simulator, ask, target } = await aSession();
    const { body } = await simulator.handle(aCall({ target: `${target}/events/stream`, headers }));
    if (body === undefined || body instanceof Uint8Array) throw new Error('a stream was expected');
    let chunks = 0;
    body.start({ chunk: () => (chunks += 1), end() {}, fail() {} });
    body.pause();
    await ask({ target: `${target}/events`, headers, body: { events: [greeting] } });
    expect(chunks).toBe(0);
    body.resume();
    expect(chunks).toBe(2);
  });

  test('ends its streams when it is deleted', async () => {
    const { simulator, ask, target } = await aSession();
    const stream = new Reading(await simulator.handle(aCall({ target: `${target}/events/stream`, headers })));
    expect((await ask({ target, headers, method: 'DELETE' })).json.type).toBe('session_deleted');
    expect([stream.names, stream.ended]).toEqual([['session.deleted'], 'end']);
    expect(simulator.calls[1]?.ended).toBe('complete');
    expect((await ask({ target, headers })).status).toBe(404);
  });

  test('belongs to its workspace and needs its beta value', async () => {
    const { ask, target, session } = await aSession();
    expect((await ask({ target, headers, key: bob.key })).status).toBe(404);
    expect((await ask({ target: `${target}/events/stream`, headers, key: bob.key })).status).toBe(404);
    const plain = await ask({ target });
    expect([plain.status, plain.json.error.message]).toEqual([
      400,
      expect.stringContaining('managed-agents-2026-04-01'),
    ]);
    expect((await ask({ target: '/v1/sessions', headers })).json.data).toMatchObject([{ id: session.id }]);
    expect((await ask({ target: '/v1/sessions', headers, key: bob.key })).json.data).toEqual([]);
  });

  test('is refused without agent or environment, and takes only events of the user', async () => {
    const { ask, target } = await aSession();
    const create = (body: object): Promise<Reading> => ask({ target: '/v1/sessions', headers, body });
    expect((await create({ environment_id: 'env_1' })).json.error.message).toBe('agent: Field required');
    expect((await create({ agent: 'agent_1' })).json.error.message).toBe('environment_id: Field required');
    const wrong = await ask({
      target: `${target}/events`,
      headers,
      body: { events: [{ type: 'agent.message' }] },
    });
    expect(wrong.status).toBe(400);
    expect(
      (await ask({ target: `${target}/archive`, headers, method: 'POST' })).json.archived_at,
    ).not.toBeNull();
  });
});

describe('objects of a workspace', () => {
  test('are made, found, changed, archived and deleted by those who own them', async () => {
    const { ask } = aSimulator();
    for (const name of ['agents', 'environments', 'memory_stores', 'vaults', 'deployments', 'tunnels']) {
      const target = `/v1/${name}`;
      const { json: made } = await ask({ target, body: { name: 'mine' } });
      expect(made).toMatchObject({ name: 'mine', archived_at: null });
      const own = `${target}/${made.id}`;
      expect((await ask({ target: own })).json).toEqual(made);
      expect((await ask({ target: own, key: bob.key })).status).toBe(404);
      expect((await ask({ target: own, body: { name: 'changed' } })).json.name).toBe('changed');
      expect((await ask({ target, key: bob.key })).json.data).toEqual([]);
      expect((await ask({ target })).json.data).toHaveLength(1);
      expect((await ask({ target: `${own}/archive`, method: 'POST' })).json.archived_at).not.toBeNull();
      expect((await ask({ target: own, method: 'DELETE' })).json.type).toBe(`${made.type}_deleted`);
      expect((await ask({ target: own })).status).toBe(404);
    }
  });

  test('of one kind are not found as another', async () => {
    const { ask } = aSimulator();
    const { json: agent } = await ask({ target: '/v1/agents', body: { name: 'a' } });
    expect((await ask({ target: `/v1/vaults/${agent.id}` })).status).toBe(404);
  });

  test('skills are the four that everybody has', async () => {
    const { ask } = aSimulator();
    const { data } = (await ask({ target: '/v1/skills' })).json;
    expect(data.map(({ id }: { id: string }) => id)).toEqual(['xlsx', 'pptx', 'docx', 'pdf']);
    expect((await ask({ target: '/v1/skills/pdf' })).status).toBe(200);
    expect((await ask({ target: '/v1/skills/mine' })).status).toBe(404);
  });
});
