import { clientScript, stylesheet } from './bundled.ts' with { type: 'macro' };

/** Everything a page fetches besides itself, by its name: `app.js` is on every page, other scripts on one of them. */
export const contents: Readonly<Record<string, string>> = {
  'app.css': stylesheet(),
  'app.js': clientScript('app.ts'),
  'requests.js': clientScript('requests.ts'),
  'usage.js': clientScript('usage.ts'),
  'mark.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f55d1"/><path d="M9 21V11l7 10 7-10v10" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>',
};
