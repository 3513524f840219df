import { randomBytes } from '../base/hash.ts';
import { product } from '../base/product.ts';

// What runs in the process that asks the keychain: `keychain-process.ts` starts it, and kills it when it
// hangs. Bun.secrets works in the threads that files are read in as well: two calls that hang stopped
// every other read of a process on a machine with two processors.

/** One thing to do, as it is written to the standard input of that process. */
export type KeychainCall =
  | { readonly do: 'probe' }
  | { readonly do: 'get' | 'delete'; readonly item: string }
  | { readonly do: 'set'; readonly item: string; readonly value: string };

/** What it writes to its standard output. `code` and `said` are the runtime's; no value is ever in them. */
export type KeychainReply =
  | { readonly is: 'done'; readonly value: string | null }
  | { readonly is: 'failed'; readonly code: string; readonly said: string };

/** The word that makes the program answer a call instead of running a command. */
export const keychainWord = 'keychain-call';

const service: string = product.binary;

/** Carries out the call in `text`. */
export async function answerKeychainCall(text: string): Promise<string> {
  const call: KeychainCall = JSON.parse(text);
  let reply: KeychainReply;
  try {
    reply = { is: 'done', value: await carryOut(call) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    reply = { is: 'failed', code, said: error instanceof Error ? error.message : String(error) };
  }
  return JSON.stringify(reply);
}

async function carryOut(call: KeychainCall): Promise<string | null> {
  switch (call.do) {
    case 'probe':
      await probe();
      return null;
    case 'get':
      return find(call.item);
    case 'set':
      await Bun.secrets.set({ service, name: call.item, value: call.value });
      await expectValue(call.item, call.value);
      return null;
    case 'delete':
      await Bun.secrets.delete({ service, name: call.item });
      return null;
  }
}

/**
 * A locked Secret Service says that there is no item, instead of that it is locked. Only writing tells, and
 * asks the person at the screen to unlock it; then there may be an item after all.
 */
async function find(item: string): Promise<string | null> {
  const first = await Bun.secrets.get({ service, name: item });
  if (first !== null) return first;
  await probe();
  return Bun.secrets.get({ service, name: item });
}

async function probe(): Promise<void> {
  const name = `probe ${randomBytes(6).toString('hex')}`;
  const value = randomBytes(12).toString('hex');
  await Bun.secrets.set({ service, name, value });
  try {
    await expectValue(name, value);
  } finally {
    await Bun.secrets.delete({ service, name });
  }
}

async function expectValue(name: string, value: string): Promise<void> {
  if ((await Bun.secrets.get({ service, name })) !== value)
    throw new Error('it does not give back what it was given');
}
