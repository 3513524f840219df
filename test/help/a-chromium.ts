import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

/** The package of Debian, the program in it, and the folders where that may be beside the usual places. */
export const chromiumPart = ['chromium', 'chromium', ['/usr/lib/chromium']] as const;

/** Starts Debian's Chromium, whose path is known. */
export function startChromium(executablePath: string, more: LaunchOptions = {}): Promise<Browser> {
  // A container has no other user to run as, and what is shown here is ours. No name but this machine's leads anywhere.
  const args = [
    '--no-sandbox',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
  ];
  return chromium.launch({ executablePath, args, ...more });
}
