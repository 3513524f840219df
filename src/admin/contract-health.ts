/** How a check of `/health` came out (draft-inadarei-api-health-check-06 §3.1). */
export type HealthStatus = 'pass' | 'warn' | 'fail';

export interface HealthCheck {
  readonly componentType: 'component' | 'datastore' | 'system';
  readonly status: HealthStatus;
  readonly time: string;
  readonly observedValue?: number;
  readonly observedUnit?: string;
  /** What is wrong and what to do; only where it did not pass. */
  readonly output?: string;
}

/** `GET /health`, media type `application/health+json`. */
export interface HealthView {
  readonly status: HealthStatus;
  readonly version?: string;
  readonly serviceId?: string;
  readonly description?: string;
  readonly output?: string;
  readonly checks?: Readonly<Record<string, readonly HealthCheck[]>>;
}

/** What one look of `doctor` found. */
export interface CheckView {
  /** What was looked at: `database`. */
  readonly name: string;
  readonly is: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What to do, where something is not right. */
  readonly fix?: string;
}

/** `GET /control/doctor`, and `doctor --json`. */
export interface DoctorView {
  /** Nothing fails. */
  readonly ok: boolean;
  readonly checks: readonly CheckView[];
}
