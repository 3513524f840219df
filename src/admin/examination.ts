import type { CheckView, DoctorView, HealthView } from './contract-health.ts';

/** Looks at everything, as `doctor` does. @throws Problem examination-failed */
export type Examine = () => Promise<DoctorView>;

const words = { pass: 'ok', warn: 'warn', fail: 'fail' } as const;

/** What the proxy knows of itself, in the words of `doctor`: where nobody is handed in who looks further. */
export function examinationOf({ checks = {} }: HealthView): DoctorView {
  const found = Object.entries(checks).flatMap(([name, all]) =>
    all.map(({ status, output }): CheckView => ({ name, is: words[status], says: output ?? 'well' })),
  );
  return { ok: found.every(({ is }) => is !== 'fail'), checks: found };
}

/** The same, at most one at a time: who asks while one runs gets what it finds. */
export function oneAtATime(examine: Examine): Examine {
  let running: Promise<DoctorView> | undefined;
  return () => {
    running ??= examine().finally(() => {
      running = undefined;
    });
    return running;
  };
}
