/** @jsxImportSource hono/jsx */
/** Words of a declaration: plain sentences, with code between backquotes. */
export function Prose({ text }: { text: string }) {
  return <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}
