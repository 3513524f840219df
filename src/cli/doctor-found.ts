/** What one look of `doctor` found. */
export type { CheckView as Found } from '../admin/contract-health.ts';
