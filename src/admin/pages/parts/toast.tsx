/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { Icon } from './icons.tsx';

export interface ToastProps {
  readonly tone: 'good' | 'bad' | 'calm';
  readonly title: string;
  /** What to do about it, or what came of it. */
  readonly text?: string | undefined;
  /** A button in it: undo. */
  readonly action?: Child;
  /** How long it stays; one that tells of trouble stays until it is closed (s). */
  readonly seconds?: number;
}

/** A message at the edge of the page, to be put at the end of those there are: no part of what the answer replaces. */
export function Toast({ tone, title, text, action, seconds = 6 }: ToastProps) {
  return (
    <template hx type="partial" hx-target="#toasts" hx-swap="beforeend">
      <div class={`toast ${tone}`} data-seconds={tone === 'bad' ? undefined : seconds}>
        <div class="toast-words">
          <strong>{title}</strong>
          {text !== undefined && text !== '' && <p>{text}</p>}
        </div>
        {action}
        <button type="button" class="ghost square" data-close-toast aria-label="Close this message">
          <Icon name="close" />
        </button>
      </div>
    </template>
  );
}
