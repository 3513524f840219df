/** @jsxImportSource hono/jsx */
import type { Child, PropsWithChildren } from 'hono/jsx';
import { Icon } from './icons.tsx';

/** What stands in the one dialog of the page; `client/dialogs.ts` opens it when something comes into it. */
export function DialogContent({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <div class="dialog-content">
      <header class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="ghost square" data-close-dialog aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      {children}
    </div>
  );
}

/** The buttons at its end: what it is for comes last. */
export function DialogFoot({ children }: { children: Child }) {
  return (
    <footer class="dialog-foot">
      <button type="button" data-close-dialog>
        Cancel
      </button>
      {children}
    </footer>
  );
}
