import { fileURLToPath } from 'node:url';
import type { HttpCase } from './http-cases.ts';
import type { ReadMessage } from './a-reading.ts';

/** What llhttp made of a case. */
export interface Reference {
  readonly messages: readonly (ReadMessage & {
    readonly minor: number;
    /** The connection may serve another message. */
    readonly keeps: boolean;
    /** Where the next message begins. */
    readonly end: number;
  })[];
  /** llhttp's name of the mistake. */
  readonly error?: string | undefined;
}

/** llhttp in a process of Node, as the reference of what a message means. */
export class Llhttp {
  readonly #child = Bun.spawn(['node', fileURLToPath(new URL('./llhttp.mjs', import.meta.url))], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  readonly #lines = linesOf(this.#child.stdout);

  async read(cases: readonly HttpCase[]): Promise<Reference[]> {
    const asked = cases.map(({ kind, text, asked, ends }) => ({ kind, asked, ends, bytes: btoa(text) }));
    await this.#child.stdin.write(`${JSON.stringify(asked)}\n`);
    await this.#child.stdin.flush();
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the process with llhttp ended');
    return JSON.parse(value) as Reference[];
  }

  async close(): Promise<void> {
    await this.#child.stdin.end();
    await this.#child.exited;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of stream) {
    text += decoder.decode(part, { stream: true });
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n')) {
      yield text.slice(0, at);
      text = text.slice(at + 1);
    }
  }
}
