/** A version as https://semver.org writes it, its numbers short enough to be compared as numbers. */
const pattern =
  /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}(?:-(?:0|[1-9]\d{0,8}|\d*[a-z-][0-9a-z-]*)(?:\.(?:0|[1-9]\d{0,8}|\d*[a-z-][0-9a-z-]*))*)?(?:\+[0-9a-z.-]+)?$/i;

/** Whether `text` is a version, and no other text that would sort as one. */
export function isVersion(text: string): boolean {
  return text.length <= 100 && pattern.test(text);
}

/** Whether `one` comes after `other`; what stands behind a `+` does not count. Both are versions. */
export function isAfter(one: string, other: string): boolean {
  return Bun.semver.order(one, other) > 0;
}
