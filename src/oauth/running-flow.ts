import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import type { FlowFailure, FlowState, FlowView, SignIn } from './flow.ts';
import type { askForTokens } from './grants.ts';

/** One sign-in from its beginning to its one end. */
export class RunningFlow {
  readonly id: string;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Aborted at the end, whatever it is: nothing goes on behind it. */
  readonly over = new AbortController();
  readonly #signIn: SignIn;
  readonly #log: Log;
  readonly #ended = Promise.withResolvers<FlowView>();
  #state: FlowState;
  #warning: string | undefined;

  constructor(
    signIn: SignIn,
    begun: {
      readonly id: string;
      readonly startedAt: number;
      readonly expiresAt: number;
      readonly state: FlowState;
    },
    log: Log,
  ) {
    this.id = begun.id;
    this.startedAt = begun.startedAt;
    this.expiresAt = begun.expiresAt;
    this.#state = begun.state;
    this.#signIn = signIn;
    this.#log = log;
    log.info('sign-in began', this.#facts());
  }

  get view(): FlowView {
    const { provider, way, purpose } = this.#signIn;
    const { id, startedAt, expiresAt } = this;
    return { id, provider, way, purpose, startedAt, expiresAt, state: this.#state, warning: this.#warning };
  }

  get isOver(): boolean {
    return this.#state.is === 'done' || this.#state.is === 'failed';
  }

  /** Resolves at the end, with what it was. */
  get ended(): Promise<FlowView> {
    return this.#ended.promise;
  }

  /** The one who asks first goes on with it: a code is used once. */
  claim(): boolean {
    if (this.#state.is !== 'needs-user') return false;
    this.#state = { is: 'pending' };
    return true;
  }

  warn(text: string): void {
    if (this.#warning !== text) this.#log.warn('sign-in goes on', { ...this.#facts(), reason: text });
    this.#warning = text;
  }

  /** Hands the tokens on, or ends with what came instead. */
  async finish(answer: Awaited<ReturnType<typeof askForTokens>>): Promise<void> {
    switch (answer.is) {
      case 'tokens':
        try {
          await this.#signIn.keep(answer.tokens);
        } catch (error) {
          const text = error instanceof Problem ? `${error.message} ${error.fix}` : messageOf(error);
          this.fail('not-kept', text);
          return;
        }
        this.#end({ is: 'done', label: answer.tokens.label });
        return;
      case 'error':
        this.blame(answer.code === 'access_denied' ? 'denied' : 'refused', answer.reason);
        return;
      case 'unsent':
        this.blame('unreachable', answer.reason);
        return;
      case 'unusable':
        this.blame('unsound', answer.reason);
    }
  }

  /** Ends with what the provider did: `reason` goes on after its name, or is its own words. */
  blame(failure: 'denied' | 'refused' | 'unreachable' | 'unsound', reason: string): void {
    const words = reason.replace(/[\s.]+$/, '');
    if (failure === 'denied') this.fail(failure, `The provider says no: ${words}.`);
    else if (failure === 'refused') this.fail(failure, `The provider refused: ${words}.`);
    else this.fail(failure, `The provider ${words}.`);
  }

  /** @param reason a whole sentence */
  fail(failure: FlowFailure, reason: string): void {
    this.#end({ is: 'failed', failure, reason });
  }

  #end(state: FlowState): void {
    if (this.isOver) return;
    this.#state = state;
    this.over.abort();
    if (state.is === 'failed')
      this.#log.warn('sign-in failed', { ...this.#facts(), failure: state.failure, reason: state.reason });
    else this.#log.info('sign-in done', this.#facts());
    this.#ended.resolve(this.view);
  }

  #facts(): { provider: string; way: string; purpose: string } {
    const { provider, way, purpose } = this.#signIn;
    return { provider, way, purpose };
  }
}
