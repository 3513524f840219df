import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Signal } from '../../src/base/signal.ts';
import { collect } from '../../src/http/bytes.ts';
import type { Answer, Call } from '../../src/http/call.ts';
import { header, type HeaderList } from '../../src/http/headers.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';

/** A call as an upstream saw it. */
export interface SeenCall {
  method: string;
  target: string;
  headers: HeaderList;
  body: Buffer;
  /** Whose credential it carried, whichever header it came in. */
  credential: string | undefined;
  signal: Signal;
}

/** What to answer; throwing means no answer at all. */
export type Reply = (call: SeenCall) => Answer | Promise<Answer>;

/** A real upstream on a free port that answers as it is told and remembers what it saw. */
export interface Upstream {
  url: string;
  port: number;
  calls: SeenCall[];
  /** The credentials of the calls so far, in order. */
  served: () => string[];
  close(): Promise<void>;
}

export async function anUpstream(reply: Reply): Promise<Upstream> {
  const calls: SeenCall[] = [];
  const listener: Listener = await listen(
    async (call: Call) => {
      const body = call.body === undefined ? Buffer.alloc(0) : Buffer.from(await collect(call.body));
      const { method, target, headers, signal } = call;
      const bearer = header(headers, 'authorization')?.replace(/^Bearer /, '');
      const seen = {
        method,
        target,
        headers,
        body,
        signal,
        credential: header(headers, 'x-api-key') ?? bearer,
      };
      calls.push(seen);
      return reply(seen);
    },
    { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
  );
  return {
    url: listener.url,
    port: listener.port,
    calls,
    served: () => calls.map(({ credential }) => credential ?? 'none'),
    close: () => listener.close(),
  };
}

/** A JSON answer. */
export function json(status: number, value: unknown, headers: HeaderList = []): Answer {
  return {
    status,
    headers: ['content-type', 'application/json', ...headers],
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** A short whole message. */
export function message(text = 'hello', id = 'msg_01'): Answer {
  const content = [{ type: 'text', text }];
  const usage = { input_tokens: 10, output_tokens: 3 };
  return json(200, {
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content,
    stop_reason: 'end_turn',
    usage,
  });
}

/** An error as the API writes it. */
export function apiError(status: number, type: string, headers: HeaderList = [], more: object = {}): Answer {
  return json(
    status,
    { type: 'error', error: { type, message: `${type} from upstream`, ...more }, request_id: 'req_up' },
    headers,
  );
}

/** The text of a stream's events. */
export function sse(...events: object[]): string {
  return events
    .map((event) => `event: ${'type' in event ? String(event.type) : ''}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
}
