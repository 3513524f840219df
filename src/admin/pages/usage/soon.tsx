/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { Clock } from '../../../base/clock.ts';
import type { Choice } from './choice.ts';
import { UsageContent, UsageSoon } from './content.tsx';
import type { UsageViewOfPage } from './view.ts';

/** A page is there within a tenth of a second (ms). */
const soonMs = 60;

/** What is there in a moment, or else a page that fetches it: a first look waits for no ledger. */
export async function soon(making: Promise<UsageViewOfPage>, choice: Choice, clock: Clock): Promise<Child> {
  const enough = Promise.withResolvers<undefined>();
  const cancel = clock.after(soonMs, () => {
    enough.resolve(undefined);
  });
  // What fails later fails once more for the page that fetches it.
  making.catch(() => undefined);
  const view = await Promise.race([making, enough.promise]).finally(cancel);
  return view === undefined ? <UsageSoon choice={choice} /> : <UsageContent view={view} />;
}
