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
