/** @jsxImportSource hono/jsx */
import type { ConnectLines } from '../accounts/connect.ts';
import { Icon } from './icons.tsx';

/** Something to copy, with the button that does. */
export function CopyBox({ id, text, label = 'Copy' }: { id: string; text: string; label?: string }) {
  return (
    <div class="code">
      <pre id={id} tabindex={0}>
        {text}
      </pre>
      <button type="button" class="ghost square" data-copy={`#${id}`} aria-label={label}>
        <Icon name="copy" />
        <Icon name="check" />
      </button>
    </div>
  );
}

/** The lines for Claude Code, for each place where they can stand. */
export function ConnectTabs({ lines }: { lines: readonly ConnectLines[] }) {
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Where Claude Code is started">
        {lines.map(({ id, title }, at) => (
          <button
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-controls={`panel-${id}`}
            aria-selected={at === 0 ? 'true' : 'false'}
            tabindex={at === 0 ? 0 : -1}
          >
            {title}
          </button>
        ))}
      </div>
      {lines.map(({ id, hint, text }, at) => (
        <div id={`panel-${id}`} role="tabpanel" aria-labelledby={`tab-${id}`} hidden={at > 0} class="panel">
          <p class="soft">{hint}</p>
          <CopyBox id={`lines-${id}`} text={text} />
        </div>
      ))}
    </>
  );
}
