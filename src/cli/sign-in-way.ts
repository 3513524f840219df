import type { Way } from '../config/settings-providers.ts';
import type { Environment } from '../config/environment.ts';
import { problem } from './problems.ts';

/** How somebody wants to sign in. */
export interface WayOptions {
  /** `false` for `--no-browser`. */
  readonly browser?: boolean;
  readonly device?: boolean;
  readonly codeStdin?: boolean;
}

/** The way that was asked for; undefined where none was. @throws Problem sign-in-ways-differ */
export function namedWay({ browser, device, codeStdin }: WayOptions): Way | undefined {
  const named: Way[] = [];
  if (browser === true) named.push('loopback');
  if (browser === false || codeStdin === true) named.push('paste');
  if (device === true) named.push('device');
  if (named.length > 1) throw problem('sign-in-ways-differ');
  return named[0];
}

/**
 * The best of the ways that a provider has: with a browser on this machine the one that needs nothing typed;
 * without one, the shortest code. Nothing is pasted where nobody sits who could.
 */
export function bestWay(
  has: readonly Way[],
  here: { readonly hasBrowser: boolean; readonly canAsk: boolean },
): Way {
  const order: readonly Way[] = here.hasBrowser
    ? ['loopback', 'device', 'paste']
    : here.canAsk
      ? ['device', 'paste', 'loopback']
      : ['device', 'loopback', 'paste'];
  return order.find((way) => has.includes(way)) ?? 'loopback';
}

/** Whether a browser that is started here opens in front of the person at the terminal. */
export function hasBrowser(env: Environment, platform: NodeJS.Platform): boolean {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (isSet('BROWSER')) return true;
  // Whoever came here over SSH sits at another machine.
  if (isSet('SSH_CONNECTION') || isSet('SSH_TTY')) return false;
  return platform === 'darwin' || platform === 'win32' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}
