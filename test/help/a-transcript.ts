import type { Bench, Running } from './a-command.ts';

/**
 * A transcript is what somebody types and sees:
 *
 *     # remarks
 *     $ claude-code-proxy auth add work --secret-stdin <<< 'sk-ant-…'
 *     what comes on standard output
 *     ! what comes on standard error
 *     ? the exit code, where it is not 0
 *     & claude-code-proxy serve --port 0      goes on running; {url} is where from here on
 *     & stop                                  ends that
 *
 * In what is expected, `{id}`, `{key}`, `{hex}`, `{time}`, `{number}` and `{any}` stand for what differs each time,
 * `{home}`, `{user}`, `{folder}`, `{url}`, `{port}` and `{pid}` for what the bench has.
 */
export interface Step {
  readonly line: number;
  readonly command: string;
  readonly background: boolean;
  readonly out: string[];
  readonly err: string[];
  readonly code: number;
}

const name = 'claude-code-proxy';

export function readTranscript(text: string): Step[] {
  const steps: (Omit<Step, 'code'> & { code: number })[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const step = steps.at(-1);
    const rest = line.slice(2);
    if (/^[$&] /.test(line)) {
      const background = line.startsWith('& ');
      steps.push({ line: at + 1, command: rest, background, out: [], err: [], code: 0 });
    } else if (line.startsWith('#')) continue;
    else if (line.startsWith('!')) step?.err.push(rest);
    else if (line.startsWith('? ') && step !== undefined) step.code = Number(rest);
    else step?.out.push(line);
  }
  for (const { out } of steps) while (out.at(-1) === '') out.pop();
  return steps;
}

/** What a step really gave, in the words of the transcript. */
export interface Played {
  readonly out: string[];
  readonly err: string[];
  readonly code: number;
}

/** Plays steps on a bench, one after the other. */
export class Player {
  readonly #bench: Bench;
  #running: Running | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async play({ command, background }: Step): Promise<Played> {
    if (command === 'stop') return { out: [], err: [], code: (await this.#running?.stop()) ?? -1 };
    const { words, env, input } = this.#read(command);
    if (background) {
      this.#running = await this.#bench.start(words, { env });
      return { out: [], err: [], code: 0 };
    }
    const options = input === undefined ? { env } : { env, input };
    const { out, err, code } = await this.#bench.run(words, options);
    return { out: lines(out), err: lines(err), code };
  }

  /** Whether `seen` is what `expected` says. */
  fits(expected: readonly string[], seen: readonly string[]): boolean {
    return (
      expected.length === seen.length &&
      expected.every((line, at) => this.#pattern(line).test(seen[at] ?? ''))
    );
  }

  #pattern(line: string): RegExp {
    const parts = line.split(/(\{(?:id|key|hex|time|number|any)\})/);
    const source = parts.map((part) => patterns[part] ?? escaped(this.known(part)));
    return new RegExp(`^${source.join('')}$`);
  }

  /** `text` with what the bench knows filled in. */
  known(text: string): string {
    return text
      .replaceAll('{home}', this.#bench.home)
      .replaceAll('{folder}', this.#bench.folder)
      .replaceAll('{user}', this.#bench.env['HOME'] ?? '')
      .replaceAll('{url}', this.#running?.url ?? '{url}')
      .replaceAll('{port}', this.#running === undefined ? '{port}' : new URL(this.#running.url).port)
      .replaceAll('{pid}', String(this.#running?.pid ?? '{pid}'));
  }

  #read(command: string): { words: string[]; env: Record<string, string>; input: string | undefined } {
    const [line = '', input] = this.known(command).split(' <<< ');
    const all = wordsOf(line);
    const at = all.indexOf(name);
    if (at === -1) throw new Error(`a transcript runs only ${name}: ${command}`);
    const env = Object.fromEntries(
      all.slice(0, at).map((word): [string, string] => {
        const [variable = '', value = ''] = word.split('=', 2);
        return [variable, value];
      }),
    );
    const given = input === undefined ? undefined : `${wordsOf(input)[0] ?? ''}\n`;
    return { words: all.slice(at + 1), env, input: given };
  }
}

const patterns: Record<string, string> = {
  '{id}': '(?:acc|key)_[A-Za-z0-9]+',
  '{key}': 'ccp-[A-Za-z0-9]{43}',
  '{hex}': '[0-9a-f]{8}',
  '{time}': String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`,
  '{number}': String.raw`\d+`,
  '{any}': '.*',
};

function lines(text: string): string[] {
  const all = text.split(/\r?\n/);
  while (all.at(-1) === '') all.pop();
  return all;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Words as a shell splits them, as far as transcripts need it. */
function wordsOf(line: string): string[] {
  const words = line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g);
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
