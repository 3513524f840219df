/** What a report may tell apart. */
export const groupings = ['day', 'hour', 'account', 'model', 'client', 'session', 'agent'] as const;
export type Grouping = (typeof groupings)[number];

/** What a report over time may tell apart. */
export const dimensions = ['account', 'model', 'client', 'session'] as const satisfies readonly Grouping[];
export type Dimension = (typeof dimensions)[number];
