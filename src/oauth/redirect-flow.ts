import { Problem } from '../base/problem.ts';
import { judge, type Judgement, type Request } from './authorization.ts';
import { askForTokens, type World } from './grants.ts';
import type { Page } from './page.ts';
import { pastedAnswer } from './pasted.ts';
import type { Provider } from './provider.ts';
import type { RunningFlow } from './running-flow.ts';

/** A sign-in whose answer comes back with a browser, or is pasted. */
export class RedirectFlow {
  readonly #flow: RunningFlow;
  readonly #provider: Provider;
  readonly #request: Request;
  readonly #world: World;

  constructor(flow: RunningFlow, provider: Provider, request: Request, world: World) {
    this.#flow = flow;
    this.#provider = provider;
    this.#request = request;
    this.#world = world;
  }

  /** A browser came to the redirect URI: what it is shown. */
  async visit(answer: URLSearchParams): Promise<Page> {
    const judgement = judge(this.#provider, this.#request, answer);
    if (judgement.is === 'foreign') {
      // Any page may send a browser here; only who knows the state ends the sign-in.
      this.#flow.warn(foreign);
      return { status: 400, title: 'Not this sign-in', text: `${foreign} Nothing has changed.` };
    }
    if (!this.#flow.claim())
      return {
        status: 409,
        title: 'Done before',
        text: 'This sign-in has had its answer. Close this window.',
      };
    await this.#settle(judgement);
    const { state, purpose } = this.#flow.view;
    if (state.is !== 'failed')
      return { status: 200, title: 'Signed in', text: `${purpose} is signed in. You can close this window.` };
    return {
      status: 400,
      title: 'Not signed in',
      text: `${state.reason} Close this window and begin again.`,
    };
  }

  /** @throws Problem sign-in-over, pasted-code-unclear, pasted-code-foreign */
  async paste(text: string): Promise<void> {
    const answer = pastedAnswer(text, this.#provider, this.#request);
    if (answer === undefined) {
      const fix = 'Copy the code the page shows, or the whole address the browser went to.';
      throw new Problem('pasted-code-unclear', 'What was pasted holds no code.', fix);
    }
    const judgement = judge(this.#provider, this.#request, answer);
    if (judgement.is === 'foreign') {
      const fix = 'Open the address of this sign-in again and copy what that leads to.';
      throw new Problem('pasted-code-foreign', 'What was pasted belongs to another sign-in.', fix);
    }
    if (!this.#flow.claim()) {
      throw new Problem('sign-in-over', 'This sign-in has had its answer.', 'Begin again.');
    }
    await this.#settle(judgement);
  }

  async #settle(judgement: Exclude<Judgement, { is: 'foreign' }>): Promise<void> {
    if (judgement.is !== 'code') {
      this.#flow.blame(judgement.is, judgement.reason);
      return;
    }
    const wanted = { grant: 'code', with: judgement.redemption } as const;
    await this.#flow.finish(await askForTokens(this.#provider, wanted, this.#world));
  }
}

const foreign = 'An answer came that belongs to no sign-in that is open here.';
