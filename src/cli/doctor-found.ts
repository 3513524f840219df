/** What one look of `doctor` found. */
export interface Found {
  /** What was looked at: `database`. */
  readonly name: string;
  readonly is: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What to do, where something is not right. */
  readonly fix?: string;
}
