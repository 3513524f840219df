import { Agent, request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import type { Answer } from '../../http/call.ts';
import { header, without, type HeaderList } from '../../http/headers.ts';
import type { Delivery, Sender, SenderOptions, Sending } from '../sender.ts';
import { bodyOf } from './incoming.ts';

/** Idle connections kept an upstream. */
const maxIdle = 256;

export function openSender({ clock, extraCa }: SenderOptions): Sender {
  const common = {
    keepAlive: true,
    maxSockets: Number.POSITIVE_INFINITY,
    maxFreeSockets: maxIdle,
    noDelay: true,
  };
  const plain = new Agent(common);
  const secure = new TlsAgent({
    ...common,
    ...(extraCa !== undefined && { ca: [...rootCertificates, extraCa] }),
  });
  return {
    send: (sending) => deliver(sending, sending.origin.protocol === 'https:' ? secure : plain, clock),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function deliver(sending: Sending, agent: Agent | TlsAgent, clock: Clock): Promise<Delivery> {
  if (sending.signal.aborted) return Promise.resolve({ is: 'cancelled' });
  return new Promise((resolve) => {
    new Exchange(sending, agent, clock, resolve).begin();
  });
}

/** One request on its way, until the head of its answer or the end of hope. */
class Exchange {
  readonly #sending: Sending;
  readonly #clock: Clock;
  readonly #resolve: (delivery: Delivery) => void;
  readonly #request: ClientRequest;
  #connected = false;
  /** What is handed over before the connection stands: sent when it does. */
  #early: Uint8Array[] = [];
  /** The upstream does not take what there is to send. */
  #isHeldUp = false;
  #isSettled = false;
  #cancelTimer: (() => void) | undefined;

  constructor(
    sending: Sending,
    agent: Agent | TlsAgent,
    clock: Clock,
    resolve: (delivery: Delivery) => void,
  ) {
    this.#sending = sending;
    this.#clock = clock;
    this.#resolve = resolve;
    this.#request = openRequest(sending, agent);
  }

  begin(): void {
    const request = this.#request;
    const { signal, connectMs, body } = this.#sending;
    const onAbort = (): void => {
      this.#giveUp({ is: 'cancelled' });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('socket', (socket: Socket) => {
      onConnected(request, socket, () => {
        this.#onConnected();
      });
    });
    this.#timer(connectMs, () => ({
      is: 'unreachable',
      cause: new Error(`no connection within ${connectMs} ms`),
    }));
    request.on('response', (message) => {
      // No status of an answer (RFC 9110 §15): what else it says is not to be believed either.
      if ((message.statusCode ?? 0) < 200) this.#giveUp(this.#lost(new Error('the status is not valid')));
      else this.#settle({ is: 'answered', answer: answerOf(message, request) });
    });
    request.on('error', (cause) => {
      this.#settle(this.#connected ? this.#lost(cause) : { is: 'unreachable', cause });
    });
    request.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      if (!this.#isSettled) this.#settle(this.#lost(new Error('the connection closed without an answer')));
    });
    this.#write(body);
  }

  #onConnected(): void {
    this.#connected = true;
    this.#cancelTimer?.();
    const { body, onBody } = this.#sending;
    if (body instanceof Uint8Array) onBody?.(body);
    for (const bytes of this.#early) onBody?.(bytes);
    this.#early = [];
    // A body that streams through takes its client's time; the wait for the answer begins after it.
    if (body === undefined || body instanceof Uint8Array || this.#isHeldUp) this.#await();
  }

  #await(): void {
    this.#timer(this.#sending.headMs, () => ({ is: 'late' }));
  }

  /** Time runs while a body that streams through waits for the upstream; else nobody would end the upload. */
  #holdUp(isHeldUp: boolean): void {
    this.#isHeldUp = isHeldUp;
    if (!this.#connected || this.#isSettled) return;
    if (isHeldUp) this.#await();
    else this.#cancelTimer?.();
  }

  #write(body: Sending['body']): void {
    const request = this.#request;
    if (body === undefined || body instanceof Uint8Array) {
      request.end(body);
      return;
    }
    request.on('drain', () => {
      this.#holdUp(false);
      body.resume();
    });
    request.on('finish', () => {
      this.#holdUp(true);
    });
    request.on('close', () => {
      body.cancel();
    });
    body.start({
      chunk: (bytes) => {
        const flows = request.write(bytes);
        this.#written(bytes);
        if (flows) return;
        this.#holdUp(true);
        body.pause();
      },
      end: () => {
        this.#holdUp(true);
        request.end();
      },
      fail: () => {
        this.#giveUp({ is: 'cancelled' });
      },
    });
  }

  #written(bytes: Uint8Array): void {
    const { onBody } = this.#sending;
    if (onBody === undefined) return;
    if (this.#connected) onBody(bytes);
    else this.#early.push(bytes);
  }

  #timer(ms: number, ending: () => Delivery): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#giveUp(ending());
    });
  }

  #lost(cause: Error): Delivery {
    return { is: 'lost', cause, reused: this.#request.reusedSocket };
  }

  #giveUp(ending: Delivery): void {
    this.#settle(ending);
    this.#request.destroy();
  }

  /** The first ending counts; a promise takes no second one. */
  #settle(delivery: Delivery): void {
    this.#isSettled = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#resolve(delivery);
  }
}

function openRequest(sending: Sending, agent: Agent | TlsAgent): ClientRequest {
  const { origin } = sending;
  const secure = origin.protocol === 'https:';
  return (secure ? tlsRequest : plainRequest)({
    agent,
    host: origin.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port || (secure ? 443 : 80),
    method: sending.method,
    path: sending.target,
    headers: framed(sending.headers, sending.body),
    setHost: false,
  });
}

/**
 * The headers with a length that is true (RFC 9112 §6). Whatever follows a head without one is the next
 * request to the upstream, and a length without a body takes its bytes from the next request: either way
 * one client writes into the calls of the others, who share the connection. The runtime frames by itself
 * only what it expects to have a body, which a `DELETE` is not.
 */
function framed(headers: HeaderList, body: Sending['body']): string[] {
  const length = header(headers, 'content-length');
  if (body === undefined) return length === '0' ? [...headers] : withoutLength(headers);
  if (body instanceof Uint8Array)
    return length === String(body.length)
      ? [...headers]
      : [...withoutLength(headers), 'Content-Length', String(body.length)];
  return length === undefined ? [...headers, 'Transfer-Encoding', 'chunked'] : [...headers];
}

function withoutLength(headers: HeaderList): string[] {
  return without(headers, (name) => name === 'content-length');
}

function onConnected(request: ClientRequest, socket: Socket, then: () => void): void {
  const secure = 'encrypted' in socket;
  if (request.reusedSocket || (!socket.connecting && !secure)) {
    then();
    return;
  }
  socket.once(secure ? 'secureConnect' : 'connect', then);
}

function answerOf(message: IncomingMessage, request: ClientRequest): Answer {
  // An answer that is over before its request is sent leaves the connection in the middle of a message.
  if (!request.writableFinished) {
    message.on('close', () => {
      if (!request.writableFinished) request.destroy();
    });
  }
  return {
    status: message.statusCode ?? 0,
    headers: message.rawHeaders,
    body: bodyOf(message, () => {
      request.destroy();
    }),
  };
}
