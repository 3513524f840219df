/** What a browser does in a sign-in: keeps cookies, follows redirects, fills in forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  /** Where it is. */
  url = '';

  /** Goes to `url`, and on to wherever that sends it. */
  visit(url: string): Promise<Response> {
    return this.#go(url, 'GET');
  }

  /** Submits the form that `page` holds, its hidden fields with `given`. */
  async submit(page: Response, given: Record<string, string> = {}): Promise<Response> {
    const html = await page.text();
    const [, action = this.url] = /<form[^>]* action="([^"]+)"/.exec(html) ?? [];
    const hidden = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([field]) => {
      const attribute = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(field)?.[1] ?? '';
      return [attribute('name'), attribute('value').replaceAll('&amp;', '&')] as const;
    });
    const form = new URLSearchParams({ ...Object.fromEntries(hidden), ...given });
    return this.#go(new URL(action.replaceAll('&amp;', '&'), this.url).href, 'POST', form);
  }

  /** The first address outside `origin` that a redirect names: it is not gone to. */
  async until(url: string, origin: string): Promise<string> {
    let next = url;
    while (next.startsWith(origin)) {
      const answer = await this.#once(next, 'GET');
      const location = answer.headers.get('location');
      await answer.body?.cancel();
      if (location === null) throw new Error(`${next} answered ${answer.status} and led nowhere`);
      next = new URL(location, next).href;
    }
    return next;
  }

  async #go(url: string, method: string, form?: URLSearchParams): Promise<Response> {
    let answer = await this.#once(url, method, form);
    for (let steps = 0; steps < 20; steps += 1) {
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || location === null) return answer;
      await answer.body?.cancel();
      answer = await this.#once(new URL(location, this.url).href, 'GET');
    }
    throw new Error('redirects without end');
  }

  async #once(url: string, method: string, form?: URLSearchParams): Promise<Response> {
    this.url = url;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { cookie, accept: 'text/html' },
      ...(form !== undefined && { body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}
