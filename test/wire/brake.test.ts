import { expect, it } from 'bun:test';
import { Brake } from '../../src/wire/brake.ts';
import { MemoryLine } from '../help/a-line.ts';

it('holds a line for as long as there is a reason, and asks it only where that changes', () => {
  const line = new MemoryLine();
  const brake = new Brake(line);
  brake.free('body');
  brake.hold('body');
  brake.hold('body');
  brake.hold('ahead');
  expect(line.asked).toEqual(['pause']);
  brake.free('body');
  expect(line.asked).toEqual(['pause']);
  brake.free('ahead');
  brake.free('ahead');
  expect(line.asked).toEqual(['pause', 'resume']);
});

it('lets go of all reasons at once', () => {
  const line = new MemoryLine();
  const brake = new Brake(line);
  brake.release();
  expect(line.asked).toEqual([]);
  brake.hold('ahead');
  brake.hold('body');
  brake.release();
  expect(line.asked).toEqual(['pause', 'resume']);
  brake.hold('body');
  expect(line.asked).toEqual(['pause', 'resume', 'pause']);
});
