/** @jsxImportSource hono/jsx */
import type { Problem } from '../../../base/problem.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { FormProblem } from '../parts/form.tsx';

/** Asks before a table with a name is taken out of the file. */
export function RemoveTable({
  table,
  base,
  problem,
}: {
  table: string;
  base: string;
  problem?: Problem | undefined;
}) {
  return (
    <DialogContent title={`Remove ${table}?`}>
      <form class="form" hx-post="/settings/remove" hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <input type="hidden" name="table" value={table} />
        <input type="hidden" name="base" value={base} />
        <p>
          <code>{`[${table}]`}</code> and all it says is taken out of the settings file, and no longer holds.
        </p>
        <DialogFoot>
          <button type="submit" class="danger" autofocus>
            Remove
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}
