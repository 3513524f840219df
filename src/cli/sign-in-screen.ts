import type { SignInFlowView } from '../admin/contract-accounts.ts';
import type { Cli } from './cli.ts';
import { plain } from './terminal.ts';
import { clockTime } from './words.ts';

/** What a sign-in looks like to the person in front of it, or to a script: one event a line. */
export class SignInScreen {
  readonly #cli: Cli;
  #state = '';
  #warning: string | null = null;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  async begun(flow: SignInFlowView): Promise<void> {
    const { terminal, isJson } = this.#cli;
    this.#state = flow.state.is;
    if (isJson) {
      event(this.#cli, 'begun', { signIn: flow });
      return;
    }
    for (const line of whatToDo(flow)) terminal.print(line);
    for (const line of await this.#qrCode(flow)) terminal.print(line);
    const until = clockTime(Date.parse(flow.expiresAt));
    terminal.note(`Waiting until ${until}; Ctrl-C gives it up.`);
  }

  /** Shows what is new about it. */
  changed(flow: SignInFlowView): void {
    const { state, warning } = flow;
    if (warning !== null && warning !== this.#warning) this.#say('warning', flow, plain(warning));
    this.#warning = warning;
    if (state.is === 'pending' && this.#state !== 'pending')
      this.#say('pending', flow, 'The provider is asked for the tokens.');
    this.#state = state.is;
  }

  /** The address for a camera, where a device is signed in from a screen wide enough to show it. */
  async #qrCode({ state }: SignInFlowView): Promise<string[]> {
    const { terminal } = this.#cli;
    if (state.is !== 'needs-user' || state.do !== 'enter-code' || !terminal.isScreen) return [];
    const [{ qrSquares }, { qrLines }] = await Promise.all([
      import('../base/qr-code.ts'),
      import('./qr-lines.ts'),
    ]);
    const squares = qrSquares(state.completeUrl ?? state.url);
    if (squares === undefined || squares.length > terminal.width) return [];
    return ['', ...qrLines(squares, terminal.isColoured), ''];
  }

  #say(name: string, flow: SignInFlowView, words: string): void {
    if (this.#cli.isJson) event(this.#cli, name, { signIn: flow });
    else this.#cli.terminal.note(words);
  }
}

/** A line of JSON for a script that follows along. */
export function event({ terminal }: Cli, name: string, facts: object): void {
  terminal.print(JSON.stringify({ event: name, ...facts }));
}

/** Whatever a provider says is shown as plain text, on one line. */
function whatToDo({ state, way, provider }: SignInFlowView): string[] {
  if (state.is !== 'needs-user') return [];
  if (state.do === 'enter-code') {
    const { code, url, completeUrl, notice } = state;
    return [
      `Open ${plain(url)} in any browser and enter the code`,
      '',
      `    ${plain(code)}`,
      '',
      ...(completeUrl === null ? [] : [`or open it with the code in it: ${plain(completeUrl)}`]),
      ...(notice === null ? [] : [`${provider} says: ${plain(notice)}`]),
    ];
  }
  const where = way === 'loopback' ? 'in a browser on this machine' : 'in any browser';
  return [`Open this address ${where} and sign in:`, '', plain(state.url), ''];
}
