/** What a browser does at our own page: keeps cookies, sends along what pages say with every change. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #origin: string;

  /**
   * @param headers on every request: `x-forwarded-for` makes it come from elsewhere
   * @param origin what the browser takes the page's origin for, where something stands in front
   */
  constructor(base: string, headers: Readonly<Record<string, string>> = {}, origin = base) {
    this.#base = base;
    this.#headers = headers;
    this.#origin = origin;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#ask(path, { headers });
  }

  /** A form or button of the page `from`, sent as its script does. */
  async send(from: string, path: string, fields: Record<string, string> | FormData = {}): Promise<Response> {
    const page = await (await this.get(from)).text();
    const token = /data-change="([^"]*)"/.exec(page)?.[1] ?? '';
    return this.#ask(path, {
      method: 'POST',
      body: fields instanceof FormData ? fields : new URLSearchParams(fields),
      headers: {
        'hx-request': 'true',
        'sec-fetch-site': 'same-origin',
        origin: this.#origin,
        'x-ccproxy-change': token,
      },
    });
  }

  async signIn(name: string, password: string, to?: string): Promise<Response> {
    return this.send('/sign-in', '/sign-in', { name, password, ...(to !== undefined && { to }) });
  }

  async #ask(
    path: string,
    {
      headers: more,
      ...init
    }: { method?: string; body?: URLSearchParams | FormData; headers: Record<string, string> },
  ): Promise<Response> {
    const cookies = this.cookies.size > 0 ? { cookie: this.cookie } : {};
    const headers = { ...this.#headers, ...more, ...cookies };
    const response = await fetch(this.#base + path, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0(?:;|$)/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}
