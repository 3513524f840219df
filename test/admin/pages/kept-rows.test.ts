import { expect, it } from 'bun:test';
import { KeptRows } from '../../../src/admin/pages/parts/kept-rows.ts';

it('rows are rendered when they are new or have changed, in their order', () => {
  const rows = new KeptRows();
  const rendered: string[] = [];
  const render = (...items: [id: string, state: number][]): string =>
    rows
      .render(items, {
        id: ([id]) => id,
        state: ([, state]) => state,
        row([id, state]) {
          rendered.push(id);
          return `<li>${id}${state}</li>`;
        },
      })
      .join('');
  expect(render(['a', 1], ['b', 1])).toBe('<li>a1</li><li>b1</li>');
  expect(render(['b', 1], ['a', 2])).toBe('<li>b1</li><li>a2</li>');
  expect(render(['a', 2])).toBe('<li>a2</li>');
  expect(render(['a', 2], ['b', 1])).toBe('<li>a2</li><li>b1</li>');
  expect(rendered).toEqual(['a', 'b', 'a', 'b']);
});
