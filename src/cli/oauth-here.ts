import type { Settings } from '../config/settings.ts';
import type { OAuth } from '../oauth/open.ts';
import type { Log } from '../base/log.ts';
import type { Cli } from './cli.ts';

/** Sign-ins in the process of a command, while no proxy runs. */
export interface OAuthHere {
  /** Opened when it is first needed: most commands never sign in. @throws Problem `ca-unreadable` */
  open(): Promise<OAuth>;
  /** Ends what waits for a person, lets what asks for tokens finish. */
  close(): Promise<void>;
}

export function oauthHere({ env, clock }: Cli, settings: Settings, log: Log): OAuthHere {
  let opened: Promise<{ readonly oauth: OAuth; close(): Promise<void> }> | undefined;
  const openNow = async () => {
    const [{ randomBytes }, { openOAuth }, { openSender }, { readExtraCa }] = await Promise.all([
      import('node:crypto'),
      import('../oauth/open.ts'),
      import('../wire/send.ts'),
      import('../server/extra-ca.ts'),
    ]);
    const sender = openSender({ clock, extraCa: await readExtraCa(settings.upstream.extraCa) });
    const providers = () => settings.providers;
    const oauth = openOAuth({ providers, env, sender, clock, random: randomBytes, log });
    return {
      oauth,
      async close() {
        await oauth.close();
        sender.close();
      },
    };
  };
  return {
    open: async () => (await (opened ??= openNow())).oauth,
    close: async () => {
      // One that could not be opened has nothing to close.
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}
