import { expect, test } from 'bun:test';
import { once } from '../../src/base/once.ts';

test('nothing is made before it is asked for, and then one for all who ask', () => {
  let count = 0;
  const thing = once(() => ({ number: (count += 1) }));
  expect(count).toBe(0);
  expect(thing()).toBe(thing());
  expect(count).toBe(1);
});

test('nothing is a value as well', () => {
  let count = 0;
  const thing = once(() => {
    count += 1;
    return undefined;
  });
  thing();
  thing();
  expect(count).toBe(1);
});

test('what could not be made is tried again', () => {
  const answers = [new Error('not yet'), 'made'];
  const thing = once(() => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  });
  expect(thing).toThrow('not yet');
  expect(thing()).toBe('made');
});
