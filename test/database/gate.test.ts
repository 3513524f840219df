import { expect, test } from 'bun:test';
import { Gate } from '../../src/database/gate.ts';

function gateWith(): { gate: Gate; passed: string[]; enter(name: string): () => void } {
  const passed: string[] = [];
  return { gate: new Gate(), passed, enter: (name) => () => passed.push(name) };
}

test('what comes alone passes at once', () => {
  const { gate, passed, enter } = gateWith();
  gate.pass(enter('a'));
  gate.pass(enter('b'));
  expect(passed).toEqual(['a', 'b']);
});

test('while somebody holds the gate, everybody waits, in line', () => {
  const { gate, passed, enter } = gateWith();
  gate.hold(enter('first'));
  gate.pass(enter('a'));
  gate.hold(enter('second'));
  gate.pass(enter('b'));
  expect(passed).toEqual(['first']);
  gate.leave();
  expect(passed).toEqual(['first', 'a', 'second']);
  gate.leave();
  expect(passed).toEqual(['first', 'a', 'second', 'b']);
});

test('who leaves at once does not keep the line waiting', () => {
  const { gate, passed, enter } = gateWith();
  gate.hold(() => {
    passed.push('brief');
    gate.pass(enter('inside'));
    gate.leave();
  });
  gate.pass(enter('after'));
  expect(passed).toEqual(['brief', 'inside', 'after']);
});
