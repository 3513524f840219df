import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Captures } from './captures.ts';
import type { LogControls } from './control-log.ts';
import type { LineView } from './contract-line.ts';
import type { ReloadView, SuccessionView } from './contract.ts';
import type { Examine } from './examination.ts';
import type { Management } from './management.ts';
import type { Asker, Origin, WhoIsAsking } from './pages/asker.ts';
import type { PeopleManagement } from './people.ts';
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
  /** Starts another process of this proxy, which takes its place. @throws Problem succession-… */
  readonly succeed: () => Promise<SuccessionView>;
  readonly logs: LogControls;
  readonly people: PeopleManagement;
  readonly whoIsAsking: WhoIsAsking;
  readonly log: Log;
}

/** What a route knows of its request besides the request. */
export interface AdminEnv {
  readonly Bindings: Origin;
  /** Set where somebody is known; nobody else comes further than health. */
  readonly Variables: { readonly asker: Asker };
}

/** What is said about a field that a body should not have. */
export const noSuchField = (issue: { code: string; keys?: readonly string[] }): string | undefined =>
  issue.code === 'unrecognized_keys' ? `there is no field ${(issue.keys ?? []).join(', ')}` : undefined;
