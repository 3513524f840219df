/**
 * The longest that a proxy may take from its start to listening (ms): a newer version may have a large database to
 * migrate first. Whoever tries a version, starts one or watches one come up waits that long, all of them the same: what
 * the trial lets pass must not be given up, and put back, once it is in place.
 */
export const longestOpeningMs = 300_000;
