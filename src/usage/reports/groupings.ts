/** What a report may tell apart. */
export const groupings = ['day', 'hour', 'account', 'model', 'client', 'session', 'agent'] as const;
export type Grouping = (typeof groupings)[number];
