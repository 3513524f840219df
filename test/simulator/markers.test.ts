import { expect, test } from 'bun:test';
import { readMarkers } from '../../src/simulator/markers.ts';

const read = (text: string): string[][] => readMarkers(text).map(({ name, arg }) => [name, arg]);

test('markers are read in order, with and without an argument', () => {
  expect(read('a [[think]] b [[say:c d]] [[then]][[text:5]]')).toEqual([
    ['think', ''],
    ['say', 'c d'],
    ['then', ''],
    ['text', '5'],
  ]);
});

test('a marker may hold markers, and a tool any JSON', () => {
  const tool = 'Bash {"a":"]] } \\" [[","b":[[1]],"c":{"d":[{}]}}';
  expect(read(`[[tool:${tool}]]`)).toEqual([['tool', tool]]);
  expect(read(`[[agent:run [[tool:${tool}]] and [[say:x]] now]] [[say:y]]`)).toEqual([
    ['agent', `run [[tool:${tool}]] and [[say:x]] now`],
    ['say', 'y'],
  ]);
});

test('what is no marker is plain text, and the next marker counts', () => {
  expect(read('[[unknown:x]] [[sayx]] [[ say:x]] [say:x]')).toEqual([]);
  expect(read('[[say:never closed [[text:5]]')).toEqual([['text', '5']]);
  expect(read('[[tool:Bash {"a": [[text:5]]')).toEqual([['text', '5']]);
});

test('a text full of beginnings costs no more than a text', () => {
  for (const piece of ['[[say:', '[[tool:x {', '[[agent:{', '[['])
    expect(read(piece.repeat(50_000))).toEqual([]);
});
