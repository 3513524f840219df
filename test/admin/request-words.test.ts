import { expect, test } from 'bun:test';
import {
  agentWords,
  endWords,
  isFailed,
  pathWords,
  promptOf,
  reasonOf,
} from '../../src/admin/request-words.ts';
import { aRequestView, anAttemptView } from '../help/a-view.ts';

test('an end is told by what the answer said of it, or by who ended it', () => {
  expect(endWords(aRequestView())).toBe('end_turn');
  expect(endWords(aRequestView({ stopReason: null, status: 204 }))).toBe('204');
  expect(endWords(aRequestView({ ended: 'error', status: 529, errorType: 'overloaded_error' }))).toBe(
    '529 overloaded_error',
  );
  // An error event in a stream that had begun well.
  expect(endWords(aRequestView({ ended: 'error', status: 200, errorType: 'api_error' }))).toBe('api_error');
  expect(endWords(aRequestView({ ended: 'client-left' }))).toBe('client left');
});

test('an attempt failed where it became no answer', () => {
  expect(isFailed(anAttemptView())).toBe(false);
  expect(isFailed(anAttemptView({ status: 429 }))).toBe(true);
  expect(isFailed(anAttemptView({ ending: 'unreachable', status: null }))).toBe(true);
  expect(isFailed(anAttemptView({ errorType: 'overloaded_error' }))).toBe(true);
});

test('its reason is the status and the most exact name of the error, or what went wrong before one came', () => {
  expect(reasonOf(anAttemptView({ status: 400, errorType: 'a', errorCode: 'b' }))).toBe('400 b');
  expect(reasonOf(anAttemptView({ status: 429, errorType: 'a' }))).toBe('429 a');
  expect(reasonOf(anAttemptView({ ending: 'unreachable', status: null, reason: 'no route' }))).toBe(
    'no route',
  );
});

test('agents and paths are told without what everybody knows', () => {
  expect(agentWords('a1')).toBe('agent a1');
  expect(agentWords('agent-7')).toBe('agent-7');
  expect(pathWords({ method: 'GET', path: '/v1/models' })).toBe('GET models');
});

test('a prompt is as long as all its parts', () => {
  const { tokens } = aRequestView();
  expect(promptOf({ ...tokens!, input: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4 })).toBe(10);
});
