/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { HtmlEscapedString } from 'hono/utils/html';
import { getCookie } from 'hono/cookie';
import type { Secret } from '../../base/secret.ts';
import { changeToken, signInToken } from './changes.ts';
import type { Feed } from './feed.ts';
import { pageHeaders } from './headers.ts';
import type { PageContext } from './page-env.ts';
import { Layout, type LayoutProps, type Theme } from './parts/layout.tsx';
import { Toast, type ToastProps } from './parts/toast.tsx';

/** Where the browser keeps which theme somebody chose; no secret, and read by the page's own script as well. */
const themeCookie = 'ccproxy_theme';

export interface AnsweringOptions {
  readonly feed: Feed;
  readonly changeSecret: Secret;
  /** Tells one start of the proxy from another. */
  readonly run: string;
}

/** How pages answer: whole, in part, or with word of what was done. */
export class Answering {
  readonly #options: AnsweringOptions;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /**
   * A whole page. `content` may be what makes it: then it is made after the marks were taken, and what changes meanwhile
   * is fetched again.
   */
  async page(
    c: PageContext,
    about: Pick<LayoutProps, 'title' | 'current' | 'shortcuts' | 'script'>,
    content: Child | (() => Promise<Child>),
  ): Promise<Response> {
    const { feed, changeSecret, run } = this.#options;
    const marks = await feed.marks();
    const made = typeof content === 'function' ? await content() : content;
    const change = changeToken(changeSecret, c.var.asker);
    return html(
      200,
      <Layout {...about} theme={themeOf(c)} change={change} run={run} marks={marks} asker={c.var.asker}>
        {made}
      </Layout>,
    );
  }

  /** A page for somebody who is to see no more than why. */
  refusal(c: PageContext, status: number, title: string, content: Child): Promise<Response> {
    const { run } = this.#options;
    return html(
      status,
      <Layout
        title={title}
        current={undefined}
        theme={themeOf(c)}
        change={undefined}
        run={run}
        marks={undefined}
      >
        {content}
      </Layout>,
    );
  }

  /** A page for somebody who is not known yet. */
  signIn(c: PageContext, title: string, content: Child): Promise<Response> {
    const { run, changeSecret } = this.#options;
    const change = signInToken(changeSecret);
    return html(
      200,
      <Layout
        title={title}
        current={undefined}
        theme={themeOf(c)}
        change={change}
        run={run}
        marks={undefined}
      >
        {content}
      </Layout>,
    );
  }

  /** The browser goes to another page. */
  async goTo(path: string, setCookies: readonly string[]): Promise<Response> {
    const response = await html(200, <></>, { 'hx-redirect': path });
    for (const line of setCookies) response.headers.append('set-cookie', line);
    return response;
  }

  /** Whoever asked for a part of `page` is no longer known. */
  signedOut(page: string): Promise<Response> {
    const to = `/sign-in?to=${encodeURIComponent(page)}`;
    return html(401, <Toast tone="bad" title="You are signed out." />, { 'hx-redirect': to });
  }

  /** A part of a page, as htmx asks for it. */
  part(content: Child, status = 200): Promise<Response> {
    return html(status, <>{content}</>);
  }

  /**
   * Something was changed: open pages see it, a message says it, and the dialog it was done in closes. `also` is
   * what takes the place of the element that asked; left out, that stays as it is.
   */
  async done(toast: ToastProps | undefined, also?: Child): Promise<Response> {
    await this.#options.feed.look();
    const content = (
      <>
        {also}
        {toast !== undefined && <Toast {...toast} />}
      </>
    );
    return html(200, content, { 'hx-trigger': 'dialog-done' });
  }

  /** Something was changed, and the dialog it was done in has something to say. */
  async kept(content: Child): Promise<Response> {
    await this.#options.feed.look();
    return this.part(content);
  }

  /** Nothing was changed, and why. */
  failed(status: number, { message, fix }: { message: string; fix?: string }): Promise<Response> {
    return html(status, <Toast tone="bad" title={message} text={fix} />);
  }
}

async function html(
  status: number,
  content: HtmlEscapedString | Promise<HtmlEscapedString>,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const text = (await content).toString();
  const whole = text.startsWith('<html') ? `<!doctype html>${text}` : text;
  const headers = { ...pageHeaders, 'content-type': 'text/html; charset=utf-8', ...more };
  return new Response(whole, { status, headers });
}

function themeOf(c: PageContext): Theme {
  const theme = getCookie(c, themeCookie);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}
