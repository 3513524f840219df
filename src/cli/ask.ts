import type { CANCEL_SYMBOL } from '@clack/prompts';
import { Secret } from '../base/secret.ts';
import { problem } from './problems.ts';

/** Loaded when there is a question: most commands ask nothing. */
const prompts = () => import('@clack/prompts');

/** Questions go to standard error, so that standard output holds nothing but the result. */
const output = process.stderr;

/** A line of text; an empty one is refused. `signal` takes the question back. @throws Problem cancelled */
export async function askText(message: string, signal?: AbortSignal): Promise<string> {
  const validate = (value: string | undefined): string | undefined =>
    (value ?? '').trim() === '' ? 'Please type something.' : undefined;
  const { text } = await prompts();
  return answered(await text({ message, output, validate, ...(signal && { signal }) })).trim();
}

/** A line of text, or nothing. @throws Problem cancelled */
export async function askTextOrNothing(message: string): Promise<string> {
  const { text } = await prompts();
  return answered(await text({ message, output, defaultValue: '' })).trim();
}

/**
 * A text that is not shown while it is typed; blanks around it are no part of it, unless they may be.
 *
 * @throws Problem cancelled
 */
export async function askSecret(message: string, { isTrimmed = true } = {}): Promise<Secret> {
  const { password } = await prompts();
  const text = answered(await password({ message, output }));
  return new Secret(isTrimmed ? text.trim() : text);
}

/** One of several. @throws Problem cancelled */
export async function askChoice<T extends string>(
  message: string,
  options: readonly { readonly value: T; readonly label: string; readonly hint: string }[],
): Promise<T> {
  const { select } = await prompts();
  const choices = options.map(({ value, label, hint }) => ({ value, label, hint }));
  const chosen = answered(await select<string>({ message, output, options: choices }));
  const found = options.find(({ value }) => value === chosen);
  if (found === undefined) throw problem('cancelled');
  return found.value;
}

/** Yes or no; Enter is no. @throws Problem cancelled */
export async function askYes(message: string): Promise<boolean> {
  const { confirm } = await prompts();
  return answered(await confirm({ message, output, initialValue: false }));
}

function answered<T extends string | boolean>(answer: T | typeof CANCEL_SYMBOL): T {
  if (typeof answer === 'symbol') throw problem('cancelled');
  return answer;
}

/** Far above any key or token, and a wrong file is not read into memory. */
const mostSecretBytes = 64 * 1024;

/**
 * All of standard input, without the line end that `echo` and editors put behind it; blanks around it are
 * no part of it, unless they may be.
 *
 * @throws Problem secret-missing, secret-invalid
 */
export async function readSecret(
  input: AsyncIterable<Uint8Array | string>,
  { isTrimmed = true } = {},
): Promise<Secret> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > mostSecretBytes) throw problem('secret-invalid');
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const secret = isTrimmed ? text.trim() : text.replace(/\r?\n$/, '');
  if (secret === '') throw problem('secret-missing');
  return new Secret(secret);
}
