import { describe, expect, it } from 'bun:test';
import { createHash } from 'node:crypto';
import type { HeaderList } from '../../src/http/headers.ts';
import { readAsk, type MessagesAsk } from '../../src/proxy/ask.ts';
import { thrownBy } from '../help/a-failure.ts';

const read = (body: unknown, headers: HeaderList = []): MessagesAsk =>
  readAsk(headers, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

const session = (body: object, headers: HeaderList = []): string | undefined =>
  read({ model: 'm', ...body }, headers).session;

const objects = (body: object): readonly string[] => read({ model: 'm', ...body }).objects;

const refusal = (body: string | Uint8Array): string => {
  const error = thrownBy(() => readAsk([], Buffer.from(body)));
  expect([error.code, error.status, error.type]).toEqual(['bad_request', 400, 'invalid_request_error']);
  return error.message;
};

const uuid = '7b2d1f0e-3c4a-4f5b-8a6d-9e0f1a2b3c4d';

/** A conversation as Claude Code 2.1.330 sends it (sizes cut down), first turn and second. */
function turn(number: 1 | 2, userId: string | undefined): object {
  const ephemeral = { cache_control: { type: 'ephemeral' } };
  const firstUser = {
    role: 'user',
    content: [
      { type: 'text', text: '<system-reminder>\nToday is a day.\n</system-reminder>' },
      { type: 'text', text: 'say hi', ...(number === 1 && ephemeral) },
    ],
  };
  const systemText = 'You may use the tool "file_id": "file_not_one".';
  const messages =
    number === 1
      ? [
          firstUser,
          {
            role: 'system',
            content: [{ type: 'text', text: systemText, ...ephemeral }],
            output_config: { effort: 'medium' },
          },
        ]
      : [
          firstUser,
          { role: 'system', content: systemText, output_config: { effort: 'medium' } },
          {
            role: 'assistant',
            content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } }],
          },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a b', ...ephemeral }],
          },
        ];
  return {
    model: 'claude-opus-5-5',
    messages,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330.abc; cc_entrypoint=sdk-cli;' },
      { type: 'text', text: 'You are an agent.', ...ephemeral },
      { type: 'text', text: 'Rules.', ...ephemeral },
    ],
    tools: [
      { name: 'Bash', input_schema: { type: 'object' } },
      { name: 'Later', defer_loading: true },
    ],
    ...(userId !== undefined && { metadata: { user_id: userId } }),
    max_tokens: 128_000,
    thinking: { type: 'adaptive', display: 'omitted' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    output_config: { effort: 'medium' },
    stream: true,
  };
}

const userIdNow = JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: '', session_id: uuid });
const userIdThen = `user_${'a'.repeat(64)}_account__session_${uuid}`;

describe('a turn of Claude Code', () => {
  it('is read whole', () => {
    expect(read(turn(1, userIdNow), ['X-Claude-Code-Session-Id', uuid])).toEqual({
      model: 'claude-opus-5-5',
      stream: true,
      maxTokens: 128_000,
      session: uuid,
      objects: [],
      isThreaded: false,
      continuesThread: false,
    });
  });

  it('has the session of its header, of metadata.user_id as it is today, and of the older form', () => {
    for (const number of [1, 2] as const) {
      expect(read(turn(number, userIdNow), ['x-claude-code-session-id', uuid]).session).toBe(uuid);
      expect(read(turn(number, userIdNow)).session).toBe(uuid);
      expect(read(turn(number, userIdThen)).session).toBe(uuid);
    }
  });

  it('has the session of the turn before also where nothing names one', () => {
    const first = read(turn(1, undefined)).session;
    expect(first).toMatch(/^text-[0-9a-f]{32}$/);
    expect(read(turn(2, undefined)).session).toBe(first);
  });

  it('has the session of the turn before with a user id of the caller’s own, and each user another', () => {
    const ann = read(turn(1, 'ann')).session;
    expect(ann).toMatch(/^text-/);
    expect(read(turn(2, 'ann')).session).toBe(ann);
    expect(read(turn(1, 'bob')).session).not.toBe(ann);
    expect(read(turn(1, undefined)).session).not.toBe(ann);
  });
});

describe('the session', () => {
  const said = (text: string): object => ({ messages: [{ role: 'user', content: text }] });

  it('is the header first, then metadata, then the text', () => {
    const body = { metadata: { user_id: userIdNow }, ...said('hi') };
    expect(session(body, ['x-claude-code-session-id', 'header-1'])).toBe('header-1');
    expect(session(body, ['x-claude-code-session-id', ''])).toBe(uuid);
  });

  it('does not depend on the form of the first user message, nor on what comes after it', () => {
    const plain = session(said('hello'));
    const block = { type: 'text', text: 'hello', cache_control: { type: 'ephemeral' } };
    expect(session({ messages: [{ role: 'user', content: [block] }] })).toBe(plain);
    expect(session({ ...said('hello'), system: 'x', temperature: 1, model: 'other' })).toBe(plain);
    expect(
      session({
        messages: [
          { role: 'user', content: 'hello' },
          { role: 'assistant', content: 'x' },
        ],
      }),
    ).toBe(plain);
    expect(session(said('hello!'))).not.toBe(plain);
  });

  it('is found behind entries of the system', () => {
    const plain = session(said('hello'));
    const system = { role: 'system', content: 'x' };
    expect(session({ messages: [system, { role: 'user', content: 'hello' }] })).toBe(plain);
    expect(session({ messages: [system, system, { role: 'user', content: 'hello' }] })).toBe(plain);
  });

  it('is nobody’s where nothing tells conversations apart', () => {
    for (const messages of [
      undefined,
      [],
      null,
      'text',
      {},
      [null, 5, 'x'],
      [{ role: 'user' }],
      [{ role: 'user', content: 5 }],
      [{ role: 'assistant', content: 'x' }],
    ])
      expect(session({ messages })).toBeUndefined();
  });

  it('survives metadata of any shape', () => {
    for (const metadata of [null, 5, 'x', [], {}, { user_id: null }, { user_id: 5 }, { user_id: ['x'] }])
      expect(session({ metadata, ...said('hi') })).toBe(session(said('hi')));
    for (const user of [
      '',
      '{}',
      '{"session_id":5}',
      '{"session_id":""}',
      '[]',
      'null',
      '{"session_id":',
      'user_x_session_',
      'user_x_session_short',
    ])
      expect(session({ metadata: { user_id: user }, ...said('hi') })).toMatch(/^text-/);
  });

  it('that a stranger makes up is no text of theirs, and no other client’s', () => {
    const digest = (text: string): string =>
      `id-${createHash('sha256')
        .update(JSON.stringify([text]))
        .digest('hex')
        .slice(0, 32)}`;
    for (const odd of [
      'client:key_1',
      'a b',
      '\u001b[2J',
      'x\u0000y',
      'größe',
      'x'.repeat(101),
      'x'.repeat(1_000_000),
      '../..'.repeat(2),
    ]) {
      expect(session({}, ['x-claude-code-session-id', odd])).toBe(digest(odd));
      expect(session({ metadata: { user_id: JSON.stringify({ session_id: odd }) } })).toBe(digest(odd));
    }
    expect(session({}, ['x-claude-code-session-id', 'x'.repeat(100)])).toBe('x'.repeat(100));
  });

  it('of two users with one first message is not one session by a trick of joining', () => {
    const one = session({ metadata: { user_id: 'a' }, ...said('b\u0000c') });
    const two = session({ metadata: { user_id: 'a\u0000b' }, ...said('c') });
    expect(one).not.toBe(two);
  });
});

describe('the objects of a call', () => {
  it('are the files it names, wherever they stand in a message, each once', () => {
    const document = (id: string): object => ({ type: 'document', source: { type: 'file', file_id: id } });
    const messages = [
      { role: 'user', content: [document('file_011'), { type: 'container_upload', file_id: 'file_022' }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', content: [document('file_033'), document('file_011')] }],
      },
    ];
    expect(objects({ messages })).toEqual(['file_011', 'file_022', 'file_033']);
    const spaced = '{"model":"m","messages":[{"role":"user","content":[{"file_id" : \n\t"file_044"}]}]}';
    expect(read(spaced).objects).toEqual(['file_044']);
  });

  it('are none that somebody only writes about', () => {
    const texts = [
      '"file_id":"file_x"',
      '"file_id": "file_x"',
      '\\"file_id":"file_x"',
      '{"a":{"file_id":"file_x"}}',
      JSON.stringify('"file_id":"file_x"'),
      JSON.stringify(JSON.stringify({ file_id: 'file_x' })),
      '\\',
      '\\\\"file_id":"file_x"',
    ];
    for (const text of texts)
      for (const content of [text, [{ type: 'text', text }], [{ type: 'tool_use', input: { [text]: text } }]])
        expect([text, objects({ messages: [{ role: 'user', content }] })]).toEqual([text, []]);
  });

  it('are none that are no id: a word, a number, nothing, a list', () => {
    for (const content of [
      ['file_id'],
      { a: 'file_id', b: 'file_x' },
      { file_id: null },
      { file_id: 5 },
      { file_id: '' },
      { file_id: ['file_x'] },
      { file_id: 'a b' },
      { file_id: 'x'.repeat(129) },
      { file_ids: 'file_x' },
      { xfile_id: 'file_x' },
    ])
      expect(objects({ messages: [{ role: 'user', content: [content] }] })).toEqual([]);
  });

  it('are looked for in messages alone', () => {
    expect(
      objects({ system: [{ file_id: 'file_x' }], messages: [], tools: [{ file_id: 'file_y' }] }),
    ).toEqual([]);
  });

  it('are the container, by id or as an object, and skills somebody made himself', () => {
    expect(objects({ container: 'container_011' })).toEqual(['container_011']);
    expect(objects({ container: { id: 'container_011' } })).toEqual(['container_011']);
    const skills = [
      { type: 'anthropic', skill_id: 'pptx' },
      { type: 'custom', skill_id: 'skill_011', version: 'latest' },
      { type: 'custom', skill_id: 5 },
      { type: 'custom' },
      null,
    ];
    expect(objects({ container: { id: null, skills } })).toEqual(['skill_011']);
    for (const container of [null, 5, '', [], {}, { id: 5 }, { id: '' }, { skills: 'x' }])
      expect(objects({ container })).toEqual([]);
  });

  it('are the message that a thread goes on from, first of all', () => {
    const thread = { type: 'continue', previous_message_id: 'msg_011' };
    const asked = read({ model: 'm', thread, container: 'container_011' });
    expect(asked).toMatchObject({
      objects: ['msg_011', 'container_011'],
      isThreaded: true,
      continuesThread: true,
    });
    const begun = read({ model: 'm', thread: { type: 'create', previous_message_id: 'msg_011' } });
    expect(begun).toMatchObject({ objects: [], isThreaded: true, continuesThread: false });
    expect(read({ model: 'm', thread: { type: 'continue' } })).toMatchObject({
      objects: [],
      continuesThread: true,
    });
    for (const odd of [null, 'continue', 5, []])
      expect(read({ model: 'm', thread: odd })).toMatchObject({ isThreaded: false, continuesThread: false });
  });

  it('are never more than a hundred, whatever a body names', () => {
    const content = Array.from({ length: 5_000 }, (_, at) => ({ file_id: `file_${at}` }));
    expect(objects({ messages: [{ role: 'user', content }] })).toHaveLength(100);
    const skills = content.map((_, at) => ({ type: 'custom', skill_id: `skill_${at}` }));
    expect(objects({ container: { skills } })).toHaveLength(100);
  });
});

describe('what is asked', () => {
  it('is a stream only where that says true', () => {
    expect(read({ model: 'm', stream: true }).stream).toBe(true);
    for (const stream of [false, null, 1, 'true', undefined])
      expect(read({ model: 'm', stream }).stream).toBe(false);
  });

  it('may name any model, known or not', () => {
    for (const model of [
      'claude-opus-99',
      'us.anthropic.claude:0',
      'arn:aws:bedrock:eu-central-1:1:inference-profile/x',
      'größe',
      'x'.repeat(512),
    ])
      expect(read({ model }).model).toBe(model);
  });

  it('passes fields and roles nobody knows yet', () => {
    const body = { model: 'm', future: {}, messages: [{ role: 'future', content: [{ type: 'future' }] }] };
    expect(read(body)).toMatchObject({ model: 'm', session: undefined });
  });
});

describe('a body that cannot be read', () => {
  it('is refused in words that say what is wrong', () => {
    expect(refusal('')).toBe('The request has no body.');
    expect(refusal('{"model":')).toBe('The request body is not a JSON object: no value at byte 9.');
    expect(refusal('[]')).toContain('not a JSON object: no object at byte 0');
    expect(refusal('"text"')).toContain('not a JSON object');
    expect(refusal('null')).toContain('not a JSON object');
    expect(refusal('{"model":"m"}x')).toContain('something follows the object');
    expect(refusal(`{"model":"m","a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`)).toContain(
      'nested too deep',
    );
    expect(refusal(new Uint8Array([0x1f, 0x8b, 8, 0]))).toContain('not a JSON object');
  });

  it('is refused without a model', () => {
    for (const body of [
      '{}',
      '{"messages":[]}',
      '{"model":null}',
      '{"model":5}',
      '{"model":""}',
      '{"model":["m"]}',
      '{"model":{"id":"m"}}',
      '{"Model":"m"}',
      '{"model":"\u0001"}',
      '{"model":"\\x"}',
    ])
      expect(refusal(body)).toBe('model: a model name is required.');
    expect(refusal(JSON.stringify({ model: 'x'.repeat(513) }))).toContain('longer than 512');
  });

  it('is refused with two models: what a key allows must be what the upstream runs', () => {
    for (const body of [
      '{"model":"claude-haiku-5-5","model":"claude-opus-5-5"}',
      '{"model":"a","messages":[],"mod\\u0065l":"a"}',
    ])
      expect(refusal(body)).toBe('model: the request names its model twice.');
    expect(read('{"model":"m","stream":false,"stream":true,"x":{"model":"y","model":"z"}}').stream).toBe(
      true,
    );
  });

  it('is left to the upstream where only the inside of a field is wrong', () => {
    for (const messages of ['[,]', '[tru]', '[{"role" "user"}]', '[1 2 3]', '{"a":}'])
      expect(read(`{"model":"m","messages":${messages}}`)).toMatchObject({ model: 'm', session: undefined });
    expect(read('{"model":"m","metadata":{"user_id" 5},"container":{x},"thread":[,]}')).toMatchObject({
      objects: [],
    });
  });
});

it('reads a body of thirty megabytes', () => {
  const content = [
    { type: 'text', text: 'look: "file_id": "file_x" \\ '.repeat(1_000_000) },
    { type: 'document', source: { file_id: 'file_011' } },
  ];
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], stream: true });
  expect(body.length).toBeGreaterThan(30_000_000);
  expect(read(body)).toMatchObject({ model: 'm', stream: true, objects: ['file_011'] });
  expect(read(body).session).toMatch(/^text-/);
});
