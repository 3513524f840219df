import type * as z from 'zod';
import { product } from '../base/product.ts';

/** How one sort of value is written, checked and explained. `T` is what the program gets. */
export interface Kind<T> {
  /**
   * Checks what the file holds and turns it into `T`. Built when it is first needed: a start with
   * nothing but defaults then builds none.
   */
  readonly schema: () => z.ZodType<T>;
  /**
   * Says of most values that `schema` would take as they stand that it would; of others it may say no. For those it is
   * sure of, no schema is made, and the library of schemas is not loaded.
   */
  readonly isPlain?: (value: unknown) => boolean;
  /** What the text of a variable or flag would be in the file. Unreadable text stays text, and fails `schema`. */
  readonly fromText: (text: string) => unknown;
  /** What would be right, to follow "it must be": `a whole number from 0 to 65535`. */
  readonly expects: string;
  readonly unit?: 'seconds' | 'bytes';
  /** The same for one item of a list. */
  readonly expectsOfItem?: string;
  /** The value is a file: `~/` and relative paths are resolved when the settings are loaded. */
  readonly isPath?: true;
}

/** One setting: everything that help, documentation, schema and loading know about it. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  readonly fallback: T;
  /** Plain sentences, Markdown's backquotes allowed, on one line. */
  readonly help: string;
  /** Whether a saved change takes effect while the proxy runs. */
  readonly isLive: boolean;
  /** As a command declares it: `--port <number>`. */
  readonly flag?: string;
  /** A short environment variable beside the general one, without the product's prefix: `PORT`. */
  readonly shortVariable?: string;
  /** A value for the sample file where the default is "not set". */
  readonly example?: string;
  /**
   * It decides what program runs on this machine: whoever can write the file changes it, and nobody through the
   * proxy, be they its admin.
   */
  readonly isInFileOnly?: true;
}

/** Declares a setting; the type of its value follows from its kind. */
export function setting<const T>(declaration: Setting<T> & { readonly fallback: NoInfer<T> }): Setting<T> {
  return declaration;
}

/** The settings under one `[heading]` of the file, by the names the program uses for them. */
export interface Section {
  readonly help: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}

/**
 * A section of tables whose names people choose: `[providers.corp]`. Its settings stand in the file only, since
 * a variable could not tell such a name from the key behind it.
 */
export interface KeyedSection extends Section {
  /** What one table is, in a message: "a provider". */
  readonly what: string;
  /** A name for the sample file. */
  readonly sampleName: string;
}

/** The names of such tables: short, and good in messages, addresses and commands without quotes. */
export const entryName = /^[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?$/;

/** `maxBodyBytes` as the file writes it: `max_body_bytes`; `cacheWrite5m`: `cache_write_5m`. */
export function fileName(name: string): string {
  return name.replaceAll(/[A-Z]|(?<=[a-z])\d/g, (first) => `_${first.toLowerCase()}`);
}

/** The general environment variable of a setting: `CCPROXY_SERVER_MAX_BODY_BYTES`. */
export function variableName(section: string, name: string): string {
  return `${product.envPrefix}${section}_${fileName(name)}`.toUpperCase();
}
