/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { product } from '../../../base/product.ts';
import { type AssetName, assetPath, assetsMark } from '../assets.ts';
import type { Asker } from '../asker.ts';
import type { Marks } from '../feed.ts';
import { Icon } from './icons.tsx';
import { Navigation, type PageName } from './navigation.tsx';
import { Shortcuts, type Shortcut } from './shortcuts.tsx';
import { WhoIsHere } from './who-is-here.tsx';

export type Theme = 'light' | 'dark' | 'system';

export interface LayoutProps {
  readonly title: string;
  readonly current: PageName | undefined;
  readonly theme: Theme;
  /** Sent along with every change; nothing for a page on which nobody is known. */
  readonly change: string | undefined;
  readonly run: string;
  /** How everything stood when the page was made. */
  readonly marks: Marks | undefined;
  /** Keys that only this page has. */
  readonly shortcuts?: readonly Shortcut[];
  /** Nobody, on a page for strangers. */
  readonly asker?: Asker | undefined;
  /** A script that only this page has. */
  readonly script?: AssetName;
  readonly children: Child;
}

/** A whole page. No code and no style stands in it: its rules allow none. */
export function Layout(props: LayoutProps) {
  const { title, current, theme, shortcuts = [], asker, children } = props;
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} data-role={asker?.role}>
      <Head {...props} />
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <div class="frame">
          {current !== undefined && <Side current={current} theme={theme} asker={asker} />}
          <main id="main" tabindex={-1} aria-label={title}>
            {children}
          </main>
        </div>
        <div id="link" class="link-bar" role="status" />
        <div id="toasts" class="toasts" role="log" aria-label="Messages" />
        <dialog id="dialog" aria-labelledby="dialog-title" />
        <Shortcuts own={shortcuts} />
      </body>
    </html>
  );
}

/** No styles of its own, no history; what scripts of ours set on an element is not undone by what comes. */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  morphIgnore: ['data-htmx-powered', 'style', 'draggable', 'open'],
});

function Head({ title, current, change, run, marks, script }: LayoutProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <title>{`${title} · ${product.name}`}</title>
      <meta name="htmx-config" content={htmxConfig} />
      <meta
        name="proxy"
        data-change={change}
        data-run={run}
        data-assets={assetsMark()}
        data-watches={current === 'requests' ? current : undefined}
        data-marks={marks === undefined ? undefined : JSON.stringify(marks)}
      />
      <link rel="icon" href={assetPath('mark.svg')} type="image/svg+xml" />
      <link rel="stylesheet" href={assetPath('app.css')} />
      <script type="module" src={assetPath('app.js')} />
      {script !== undefined && <script type="module" src={assetPath(script)} />}
    </head>
  );
}

function Side({ current, theme, asker }: { current: PageName; theme: Theme; asker: Asker | undefined }) {
  return (
    <header class="side">
      <a class="brand" href="/accounts">
        <img src={assetPath('mark.svg')} alt="" width="22" height="22" />
        <span>{product.name}</span>
      </a>
      <Navigation current={current} />
      <div class="side-foot">
        <button
          type="button"
          class="ghost square"
          data-switch-theme={theme}
          aria-label="Switch between light and dark"
        >
          <Icon name="light" />
          <Icon name="dark" />
        </button>
        <button
          type="button"
          class="ghost square"
          data-open="shortcuts"
          data-key="?"
          aria-label="Keyboard shortcuts"
          aria-haspopup="dialog"
        >
          <Icon name="keyboard" />
        </button>
        {asker !== undefined && <WhoIsHere asker={asker} />}
        <span class="version">{product.version}</span>
      </div>
    </header>
  );
}
