/** ISO 8601 in UTC. */
export function moment(ms: number): string {
  return new Date(ms).toISOString();
}

export function momentOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : moment(ms);
}
