/** @jsxImportSource hono/jsx */
/** Drawings on a grid of 16, one stroke wide. */
const drawings = {
  accounts: 'M8 8.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M3 13.4c.5-2.4 2.5-3.6 5-3.6s4.5 1.2 5 3.6',
  usage: 'M2.6 13.4h10.8M4.2 11V8.4M8 11V3.2M11.8 11V6',
  requests: 'M2.8 4h10.4M2.8 8h10.4M2.8 12h6.4',
  keys: 'M6 10.6a2.9 2.9 0 1 1 2.7-4l4.7.1v2h-1.6v1.7H10V9.2H8.6A2.9 2.9 0 0 1 6 10.6Z',
  settings:
    'M2.8 4.6h5.6M11.6 4.6h1.6M2.8 11.4h1.6M7.6 11.4h5.6M10 6.2a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M6 13a1.6 1.6 0 1 0 0-3.2A1.6 1.6 0 0 0 6 13',
  health: 'M2 8.4h2.8L6.4 4l3 8.4 1.7-4H14',
  person:
    'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 8.4a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8M4.4 12.9c.5-1.6 1.9-2.4 3.6-2.4s3.1.8 3.6 2.4',
  plus: 'M8 3.2v9.6M3.2 8h9.6',
  more: 'M3.6 8h.01M8 8h.01M12.4 8h.01',
  grip: 'M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01',
  copy: 'M5.8 5.8V3.4c0-.4.3-.8.8-.8h6c.4 0 .8.4.8.8v6c0 .5-.4.8-.8.8h-2.4M3.4 5.8h6c.5 0 .8.4.8.8v6c0 .4-.3.8-.8.8h-6c-.4 0-.8-.4-.8-.8v-6c0-.4.4-.8.8-.8Z',
  check: 'm3.4 8.4 3 3 6.2-6.8',
  close: 'm4 4 8 8M12 4l-8 8',
  light:
    'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6M8 1.8v1M8 13.2v1M1.8 8h1M13.2 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M12.4 3.6l-.7.7M4.3 11.7l-.7.7',
  dark: 'M13.2 9.4A5.6 5.6 0 0 1 6.6 2.8a5.6 5.6 0 1 0 6.6 6.6Z',
  keyboard:
    'M2.4 4.4h11.2c.4 0 .6.3.6.6v6c0 .3-.2.6-.6.6H2.4c-.4 0-.6-.3-.6-.6V5c0-.3.2-.6.6-.6ZM4.4 7h.01M7 7h.01M9.4 7h.01M11.6 7h.01M5.4 9.4h5.2',
  download: 'M8 2.8v7M5 7l3 3 3-3M3 12.8h10',
  search: 'M7 11.4a4.4 4.4 0 1 0 0-8.8 4.4 4.4 0 0 0 0 8.8M10.2 10.2l3.2 3.2',
  back: 'M6.8 3.6 2.8 8l4 4.4M3 8h10.2',
  warning:
    'M8 5.8v3M8 11h.01M7.2 2.8 1.9 12c-.3.6.1 1.2.8 1.2h10.6c.7 0 1.1-.6.8-1.2L8.8 2.8a.9.9 0 0 0-1.6 0Z',
  open: 'M6.4 3.4H3.4v9.2h9.2v-3M9 3.4h3.6V7M12.4 3.6 7.2 8.8',
} as const;

export type IconName = keyof typeof drawings;

/** A drawing beside words, or in a button that has a label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}
