import { processDeviceAuthorizationResponse } from 'oauth4webapi';
import { sleep, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { isSafeUrl } from '../config/hosts.ts';
import { Unanswered } from './ask.ts';
import type { FlowState } from './flow.ts';
import { askForDeviceCode, askForTokens, type World } from './grants.ts';
import type { Provider } from './provider.ts';
import { readRefusal, type Refusal } from './refusal.ts';
import type { RunningFlow } from './running-flow.ts';
import { shown } from './shown.ts';

/** What a provider gave out for a device grant (RFC 8628 §3.2). */
export interface DeviceCode {
  readonly code: string;
  readonly intervalSeconds: number;
  readonly expiresInSeconds: number;
  readonly state: FlowState;
}

/** How asking for one ended otherwise. */
export type NoDeviceCode =
  | { readonly is: 'unreachable' | 'unsound'; readonly reason: string }
  | ({ readonly is: 'refused' } & Refusal);

/** RFC 8628 §3.5: where the provider does not say, and what `slow_down` adds. */
const usualInterval = 5;
const slowDownBy = 5;
/** Longer pauses only keep a person waiting. */
const longestInterval = 60;
const longestLife = 30 * 60;

/** Asks for a code that a person enters somewhere else. */
export async function beginDevice(provider: Provider, world: World): Promise<DeviceCode | NoDeviceCode> {
  const { server, client, secrets } = provider;
  try {
    const response = await askForDeviceCode(provider, world);
    if (response.status >= 500)
      return { is: 'unreachable', reason: `answered with status ${response.status}` };
    if (response.status !== 200) return { is: 'refused', ...(await readRefusal(response, secrets)) };
    const given = await processDeviceAuthorizationResponse(server, client, response);
    const [url, completeUrl] = [safeUrl(given.verification_uri), safeUrl(given.verification_uri_complete)];
    if (url === undefined) return { is: 'unsound', reason: 'sends people to an address that is not https' };
    const notice: unknown = given['login_notice'];
    return {
      code: given.device_code,
      intervalSeconds: Math.min(longestInterval, Math.max(1, given.interval ?? usualInterval)),
      expiresInSeconds: Math.min(longestLife, given.expires_in),
      state: {
        is: 'needs-user',
        do: 'enter-code',
        code: shown(given.user_code, [], 40),
        url,
        completeUrl,
        notice: typeof notice === 'string' ? shown(notice, [], 500) : undefined,
      },
    };
  } catch (error) {
    if (error instanceof Unanswered) return { is: 'unreachable', reason: error.message };
    return { is: 'unsound', reason: `gave no usable code (${shown(messageOf(error), secrets, 120)})` };
  }
}

/** An address that a person is to open: never one that runs something instead (`javascript:`). */
function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return isSafeUrl(url) ? url.href : undefined;
}

/** Asks for the tokens, in the rhythm the provider wants, until there is an answer or the flow is over. */
export async function pollDevice(
  flow: RunningFlow,
  provider: Provider,
  { code, intervalSeconds }: DeviceCode,
  world: World,
): Promise<void> {
  const wanted = { grant: 'device', with: code } as const;
  const pause = new Pause(intervalSeconds, world.clock);
  while (await pause.passes(flow.over.signal)) {
    const answer = await askForTokens(provider, wanted, world, flow.over.signal);
    if (flow.isOver) return;
    if (answer.is === 'unsent' || answer.is === 'unusable') {
      // The person may still be at it.
      flow.warn(`The provider ${answer.reason}; asking again.`);
      pause.forSilence(answer.is === 'unusable' ? answer.retryAt : undefined);
    } else if (answer.is === 'error' && answer.code === 'slow_down') pause.slowDown();
    else if (answer.is === 'error' && answer.code === 'expired_token') flow.fail('expired', tooLate);
    else if (answer.is === 'tokens' || answer.code !== 'authorization_pending') {
      if (flow.claim()) await flow.finish(answer);
    }
  }
}

/** The time between two questions (RFC 8628 §3.5). */
class Pause {
  readonly #clock: Clock;
  #seconds: number;
  #notBefore = 0;

  constructor(seconds: number, clock: Clock) {
    this.#seconds = seconds;
    this.#clock = clock;
  }

  /** Waits; false where the flow is over. */
  async passes(signal: AbortSignal): Promise<boolean> {
    const wished = Math.min(this.#notBefore - this.#clock.now(), longestLife * 1000);
    try {
      await sleep(this.#clock, Math.max(this.#seconds * 1000, wished), signal);
      return true;
    } catch {
      return false;
    }
  }

  slowDown(): void {
    this.#seconds += slowDownBy;
  }

  /** Fewer questions to whoever does not answer, and none before it wants one. */
  forSilence(retryAt: number | undefined): void {
    this.#seconds = Math.min(longestInterval, this.#seconds * 2);
    this.#notBefore = retryAt ?? 0;
  }
}

export const tooLate = 'Nobody finished it in time.';
