/** A viewer sees everything that is no secret and changes nothing. */
export const roles = ['admin', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** A role as it was stored; undefined for a word that is none, which must not become one. */
export function roleFrom(text: string | null): Role | undefined {
  return roles.find((role) => role === text);
}
