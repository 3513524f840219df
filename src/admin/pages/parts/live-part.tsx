/** @jsxImportSource hono/jsx */
import type { PropsWithChildren } from 'hono/jsx';
import type { Topic } from '../feed.ts';

interface LivePartProps {
  readonly id: string;
  /** It is fetched again when one of these changes. */
  readonly topics: readonly Topic[];
  /** Gives the whole part again, this element with it. */
  readonly path: string;
  readonly class?: string;
  /** What it shows moves with time: once a minute also where nothing has changed, while somebody may be looking. */
  readonly isMoving?: boolean;
}

/**
 * A part of a page that is true at every moment. What comes back is merged into what is there: focus, open menus and
 * half-typed text stay. An element with `hx-morph-skip` is left alone.
 */
export function LivePart({
  id,
  topics,
  path,
  isMoving = false,
  children,
  ...more
}: PropsWithChildren<LivePartProps>) {
  return (
    <div
      id={id}
      class={more.class}
      data-live={topics.join(' ')}
      hx-get={path}
      data-moving={isMoving ? '' : undefined}
      hx-trigger="live"
      hx-swap="outerMorph"
      hx-sync="this:queue last"
    >
      {children}
    </div>
  );
}
