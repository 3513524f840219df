/** A page for a person whose browser came back: what to say, nothing to click. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

/** The page as HTML. Everything in it is text; it loads nothing and runs nothing. */
export function html({ title, text }: Page): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${Bun.escapeHTML(title)}</title>`,
    `<h1>${Bun.escapeHTML(title)}</h1>`,
    `<p>${Bun.escapeHTML(text)}</p>`,
    '</html>',
    '',
  ].join('\n');
}

/** For any page of ours that a browser gets during a sign-in: its address holds a code. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  connection: 'close',
};
