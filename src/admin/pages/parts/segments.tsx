/** @jsxImportSource hono/jsx */

export interface Segment {
  readonly title: string;
  readonly isChosen: boolean;
  /** The whole page with this one chosen. */
  readonly href: string;
  /** The part of the page that changes by it. */
  readonly part: string;
}

interface SegmentsProps {
  readonly label: string;
  /** What takes the part. */
  readonly target: string;
  readonly segments: readonly Segment[];
}

/** A choice of one of a few, as links: each is an address of its own, and only what changes by it is fetched. */
export function Segments({ label, target, segments }: SegmentsProps) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {segments.map(({ title, isChosen, href, part }) => (
        <a
          href={href}
          aria-current={isChosen ? 'true' : undefined}
          hx-get={part}
          hx-target={target}
          hx-swap="outerMorph"
          hx-sync={`${target}:replace`}
          data-address
        >
          {title}
        </a>
      ))}
    </div>
  );
}
