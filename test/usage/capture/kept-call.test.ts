import { expect, test } from 'bun:test';
import { aboutCall } from '../../../src/usage/capture/kept-call.ts';
import { aCallRecord } from '../../help/a-call-record.ts';

const secrets = [
  ['authorization', 'Bearer planted'],
  ['Proxy-Authorization', 'Basic planted'],
  ['x-api-key', 'planted'],
  ['X-Ccproxy-Key', 'planted'],
  ['x-ccproxy-control', 'planted'],
  ['cookie', 'planted'],
  ['x-claude-code-managed-settings-checksum', 'planted'],
  ['x-anything-else', 'planted'],
].flat();

test('of headers those are kept that say how bodies are read and who sent them; none that can hold a credential', () => {
  const request = ['Content-Type', 'application/json', 'User-Agent', 'claude-cli/2.1', ...secrets];
  const answer = [
    'content-encoding',
    'gzip',
    'set-cookie',
    'planted',
    'anthropic-organization-id',
    'planted',
  ];
  const { requestHeaders, answerHeaders } = aboutCall(aCallRecord(), { request, answer });
  expect(requestHeaders).toEqual(['content-type', 'application/json', 'user-agent', 'claude-cli/2.1']);
  expect(answerHeaders).toEqual(['content-encoding', 'gzip']);
});

test('a credential in a header that is kept goes all the same', () => {
  const request = ['user-agent', 'mine sk-ant-api03-plantedplanted', 'anthropic-beta', 'x'.repeat(5_000)];
  const { requestHeaders } = aboutCall(aCallRecord(), { request, answer: [] });
  expect(requestHeaders[1]).toBe('mine sk-ant-api03-[secret]');
  expect(requestHeaders[3]).toHaveLength(2_000);
});

test('what is kept of the record says who, when and how it ended', () => {
  const record = aCallRecord({ accountName: undefined, session: undefined, ended: 'cut' });
  expect(aboutCall(record, { request: [], answer: [] })).toMatchObject({
    requestId: 'req_1',
    client: 'local',
    account: null,
    session: null,
    status: 200,
    ended: 'cut',
    path: '/v1/messages',
  });
});
