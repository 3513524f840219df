/** @jsxImportSource hono/jsx */
import type { PropsWithChildren } from 'hono/jsx';

export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'accent';

/** A short word in a box. */
export function Badge({
  tone = 'calm',
  title,
  children,
}: PropsWithChildren<{ tone?: Tone; title?: string }>) {
  return (
    <span class={`badge ${tone}`} title={title}>
      {children}
    </span>
  );
}

/** A state at a glance; what it means stands beside it in words. */
export function Dot({ tone }: { tone: Tone }) {
  return <span class={`dot ${tone}`} aria-hidden="true" />;
}

/** How much of something is used up. `share` is 0 … 1, and above where more was let through. */
export function Bar({ share, tone, label }: { share: number; tone: Tone; label: string }) {
  const width = `${Math.min(100, Math.max(0, share * 100)).toFixed(1)}%`;
  return (
    <svg class={`bar ${tone}`} role="img" aria-label={label}>
      <rect class="bar-track" width="100%" height="100%" rx="3" />
      <rect class="bar-fill" width={width} height="100%" rx="3" />
    </svg>
  );
}

/** Keys to press: `g a` is one after the other. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span class="keys">
      {keys.split(' ').map((key) => (
        <kbd>{key}</kbd>
      ))}
    </span>
  );
}

/** What is read out but not seen. */
export function Unseen({ children }: PropsWithChildren) {
  return <span class="unseen">{children}</span>;
}

/** The heading of a page, what there is to say about all of it, and what can be done. */
export function Heading({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <header class="heading">
      <h1>{title}</h1>
      {children}
    </header>
  );
}

/** Nothing here yet: why, and what to do next. */
export function Empty({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
