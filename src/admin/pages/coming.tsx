/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import type { PageEnv } from './page-env.ts';
import type { Pages } from './pages.ts';
import { Empty, Heading } from './parts/bits.tsx';
import { pages as all } from './parts/navigation.tsx';

/** Pages that have a place and no content yet: each moves out of here into a folder of its own. */
const coming = {
  keys: 'claude-code-proxy keys list',
  settings: 'claude-code-proxy config show',
  health: 'claude-code-proxy doctor',
} as const;

export function addComingPages(app: Hono<PageEnv>, { answering }: Pages): void {
  for (const { name, title, path } of all) {
    if (name === 'accounts' || name === 'usage' || name === 'requests') continue;
    app.get(path, (c) =>
      answering.page(
        c,
        { title, current: name },
        <>
          <Heading title={title} />
          <Empty title="Not here yet">
            <p>
              In a terminal: <code>{coming[name]}</code>
            </p>
          </Empty>
        </>,
      ),
    );
  }
}
