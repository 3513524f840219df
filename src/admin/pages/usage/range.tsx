/** @jsxImportSource hono/jsx */
import { dimensions } from '../../../usage/reports/groupings.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { Field } from '../parts/form.tsx';
import type { Shortcut } from '../parts/shortcuts.tsx';
import type { Choice } from './choice.ts';

export const usageShortcuts: readonly Shortcut[] = [
  { keys: 'c', does: 'Download it as CSV' },
  { keys: '← →', does: 'Walk through a chart that has the focus' },
];

/** The days of a range of one's own; the answer is the page with them. */
export function RangeDialog({ choice, today }: { choice: Choice; today: string }) {
  const { range, by, show, only } = choice;
  const { from, to } = typeof range === 'object' ? range : { from: today, to: today };
  return (
    <DialogContent title="A range of days">
      <form class="form" method="get" action="/usage">
        <input type="hidden" name="by" value={by} />
        <input type="hidden" name="show" value={show} />
        {dimensions.map(
          (one) => only[one] !== undefined && <input type="hidden" name={one} value={only[one]} />,
        )}
        <div class="columns">
          <Field name="from" label="From">
            <input id="field-from" name="from" type="date" value={from} max={today} required />
          </Field>
          <Field name="to" label="To">
            <input id="field-to" name="to" type="date" value={to} max={today} required />
          </Field>
        </div>
        <DialogFoot>
          <button type="submit" class="primary">
            Show
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}
