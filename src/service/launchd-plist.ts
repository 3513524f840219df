import { join } from 'node:path';
import { product } from '../base/product.ts';
import { homeVariable } from '../config/environment.ts';
import type { Plan } from './service.ts';

/** What launchd calls the service. */
export const label = product.binary;

/** Where a daemon keeps its files: it is nobody's home. */
export const daemonHome = `/Library/Application Support/${product.binary}`;

/** Beyond what running answers get, closing takes this long at most (s). */
const closingSeconds = 20;

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export interface PlistPlan extends Plan {
  /** Where its files are; launchd needs to know where what it says goes. */
  readonly home: string;
}

/** The property list of an agent, or with a `user` of a daemon (launchd.plist(5)). */
export function launchdPlist({ program, home, config, user, drainSeconds }: PlistPlan): string {
  const words = [...program, 'serve', '--no-open', ...(config === undefined ? [] : ['--config', config])];
  const said = join(home, 'logs', 'serve.log');
  return plist({
    Label: label,
    ProgramArguments: words,
    ...(user !== undefined && { UserName: user }),
    // Its log is kept in a file already; what it says beside that goes to the one below.
    EnvironmentVariables: { [homeVariable]: home, [`${product.envPrefix}LOG_TERMINAL`]: 'off' },
    WorkingDirectory: home,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    // Without this launchd kills after 20 seconds what still answers.
    ExitTimeOut: drainSeconds + closingSeconds,
    // People wait for it: not to be slowed down as what runs in the background is.
    ProcessType: 'Interactive',
    SoftResourceLimits: { NumberOfFiles: 8192 },
    Umask: 0o077,
    StandardOutPath: said,
    StandardErrorPath: said,
  });
}

/** A property list in XML (plist(5)). */
function plist(root: Value): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...element(root),
    '</plist>',
    '',
  ].join('\n');
}

function element(value: Value): string[] {
  if (typeof value === 'string') return [`<string>${escaped(value)}</string>`];
  if (typeof value === 'number') return [`<integer>${value}</integer>`];
  if (typeof value === 'boolean') return [value ? '<true/>' : '<false/>'];
  if (isList(value)) return ['<array>', ...value.flatMap(element).map(indented), '</array>'];
  const pairs = Object.entries(value).flatMap(([key, inner]) => [
    `<key>${escaped(key)}</key>`,
    ...element(inner),
  ]);
  return ['<dict>', ...pairs.map(indented), '</dict>'];
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function indented(line: string): string {
  return `  ${line}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
