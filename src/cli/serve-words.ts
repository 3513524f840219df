import { product } from '../base/product.ts';
import { settingsByKey } from '../config/settings.ts';
import type { CommonOptions } from './cli.ts';

export interface ServeOptions extends CommonOptions, Readonly<Record<string, unknown>> {
  /** `false` for `--no-open`. */
  readonly open?: boolean;
  /** A command has started it. */
  readonly background?: boolean;
  /** Another process of this proxy has started it: how many sockets that has. */
  readonly succeeds?: number;
}

/**
 * The options of a command line that says `serve` and nothing special, as commander would give them: then the
 * program starts without commander and the declarations of fifty commands, which an idle proxy would keep in memory.
 *
 * @returns undefined for any other command line, and for one that is not plainly right: commander then reads it, and
 *   says what is wrong
 */
export function serveOptionsIn(typed: readonly string[]): ServeOptions | undefined {
  const words = typed[0] === 'serve' ? typed.slice(1) : [...typed];
  const options: Record<string, string | number | boolean> = {};
  while (words.length > 0) {
    const [word, given] = splitAtEquals(words.shift() ?? '');
    const asSwitch = switches.get(word);
    const name = asSwitch?.[0] ?? texts.get(word) ?? counts.get(word);
    if (name === undefined || options[name] !== undefined) return undefined;
    const value = asSwitch === undefined ? (given ?? words.shift()) : asSwitch[1];
    if (value === undefined || (typeof value === 'string' && !isOrdinary(value))) return undefined;
    if (asSwitch !== undefined && given !== undefined) return undefined;
    const isCount = typeof value === 'string' && counts.has(word);
    if (isCount && !count.test(value)) return undefined;
    options[name] = isCount ? Number(value) : value;
  }
  return { open: true, ...options };
}

/** An option where a value should be is a mistake more often than not; and a secret is refused before it is repeated. */
function isOrdinary(value: string): boolean {
  return !/^-|^$/.test(value) && !value.includes('sk-') && !value.includes(product.keyPrefix);
}

/** `--port=8080` is `--port` and `8080`. */
function splitAtEquals(word: string): [string, string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** Options without a value, by their names in the action, and what they say. */
const switches = new Map<string, readonly [name: string, value: boolean]>([
  ['--no-open', ['open', false]],
  ['--background', ['background', true]],
]);

/** Options with a value: those every command takes, and the settings that have a flag. */
const texts = new Map<string, string>([
  ['--home', 'home'],
  ['--config', 'config'],
  ...[...settingsByKey.values()].flatMap(({ flag }) =>
    flag === undefined ? [] : [[flag, optionOf(flag)] as const],
  ),
]);

/** Options with a small number, which a process of ours gives to another. */
const counts = new Map([['--succeeds', 'succeeds']]);
const count = /^[1-9]\d{0,2}$/;

/** The name by which an action finds an option: `--log-level` is `logLevel`. */
export function optionOf(flag: string): string {
  return flag.replace(/^--/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
