import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Captures } from './captures.ts';
import type { LogControls } from './control-log.ts';
import type { LineView } from './contract-line.ts';
import type { ReloadView } from './contract.ts';
import type { Examine } from './examination.ts';
import type { Management } from './management.ts';
import type { Reports } from './reports.ts';
import type { SettingsManagement } from './settings.ts';

/** What only the person who runs the proxy may do to it. */
export interface Controls {
  readonly management: Management;
  readonly reports: Reports;
  readonly settings: SettingsManagement;
  /** Looks at everything, as `doctor` does. */
  readonly examine: Examine;
  /** What was kept of calls; loaded when somebody asks. */
  readonly captures: () => Promise<Captures>;
  /** What a status line shows, of this session where one is named. */
  readonly line: (session: string | undefined) => Promise<LineView>;
  /** The token of `run.json`. */
  readonly controlToken: Secret;
  /** Reads the settings file again. @throws Problem config-invalid; the old settings then stay */
  readonly reload: () => Promise<ReloadView>;
  /** Begins to stop, after the answer has gone out; says how long running calls may take (s). */
  readonly stop: () => number;
  readonly logs: LogControls;
  readonly log: Log;
}

/** What the server tells about a request beside it. */
export interface AdminEnv {
  readonly Bindings: { readonly local: boolean };
}

/** What is said about a field that a body should not have. */
export const noSuchField = (issue: { code: string; keys?: readonly string[] }): string | undefined =>
  issue.code === 'unrecognized_keys' ? `there is no field ${(issue.keys ?? []).join(', ')}` : undefined;
