import { decodedBody } from '../admin/captured-body.ts';
import type { Captures } from '../admin/captures.ts';
import type { CapturedView } from '../admin/contract-capture.ts';
import { pairs } from '../http/headers.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { withCaptures } from './reach-capture.ts';
import { plain } from './terminal.ts';

interface ShowOptions {
  readonly request?: boolean;
  readonly answer?: boolean;
  readonly raw?: boolean;
}

type Part = 'request' | 'answer';

/** `capture show ID`: the call, or what was said in it. */
export const captureShow: Action<ShowOptions> = async (cli, options, [id = '']) => {
  const part = options.request === true ? 'request' : options.answer === true ? 'answer' : undefined;
  await withCaptures(cli, async ({ captures }) => {
    const call = await captures.find(id);
    if (part !== undefined) await writeBody(cli, captures, call, part, options.raw === true);
    else if (cli.isJson) cli.terminal.json(call);
    else show(cli, call);
  });
  return 0;
};

async function writeBody(
  { terminal }: Cli,
  captures: Captures,
  call: CapturedView,
  part: Part,
  isRaw: boolean,
): Promise<void> {
  const bytes = await captures.body(call, part);
  const body = isRaw ? bytes : plainBody(call, part, bytes);
  if (terminal.isShown && !isText(body)) throw problem('capture-binary', { part });
  terminal.write(body);
  if (terminal.isShown) terminal.print();
  const { bytes: all, kept } = call[part];
  if (kept < all) terminal.note(`Only the first ${kept} of ${all} bytes were kept (capture.max_call_bytes).`);
}

/** Without the coding it travelled in; of a body that broke off, what comes out until there. */
function plainBody(call: CapturedView, part: Part, bytes: Uint8Array): Uint8Array {
  const body = decodedBody(call, part, bytes);
  if (body.is === 'plain') return body.bytes;
  const { coding, cause } = body;
  throw problem('capture-coded', { part, coding: plain(coding) }, { cause });
}

/** Whether it is safe to show: nothing in it moves a terminal. A character cut in two at the end is no matter. */
function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return !/[^\P{Cc}\t\n\r]/u.test(text);
  } catch {
    return false;
  }
}

function show({ terminal }: Cli, call: CapturedView): void {
  const facts: [string, string][] = [
    ['request id', call.requestId],
    ['at', call.at],
    ['call', `${call.method} ${call.path}`],
    ['ended', `${call.status} ${call.ended}, after ${call.ms} ms`],
    ['client', call.client],
    ['account', call.account ?? 'none'],
    ['session', call.session ?? 'none'],
    ['model', call.model ?? 'none'],
    ['request', `${call.request.kept} of ${call.request.bytes} bytes (--request shows them)`],
    ['answer', `${call.answer.kept} of ${call.answer.bytes} bytes (--answer shows them)`],
  ];
  for (const [name, value] of facts) terminal.print(`${name.padEnd(12)}${plain(value)}`);
  for (const [what, headers] of [
    ['headers of the request', call.requestHeaders],
    ['headers of the answer', call.answerHeaders],
  ] as const) {
    terminal.print(`${what}, those that are kept:`);
    for (const [name, value] of pairs(headers)) terminal.print(`  ${plain(name)}: ${plain(value)}`);
  }
}
