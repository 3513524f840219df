/** Whether two values are the same all the way down. (`node:util` has it too, with all the rest that it brings along.) */
export function isSameValue(one: unknown, other: unknown): boolean {
  return Bun.deepEquals(one, other, true);
}
