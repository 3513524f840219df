import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Clock } from '../base/clock.ts';
import type { Settings } from '../config/settings.ts';
import { testAccount, type AccountTest } from '../proxy/test-account.ts';
import { rememberedWaysOut } from '../server/ways-out.ts';
import { readExtraCa } from '../server/extra-ca.ts';
import { rememberedSecrets } from '../server/secrets.ts';
import { openSender } from '../wire/send.ts';

/** Tests an account from this process, while no proxy runs. @throws Problem `ca-unreadable` */
export async function testHere(
  account: Account,
  accounts: AccountStore,
  settings: Settings,
  clock: Clock,
): Promise<AccountTest> {
  const sender = openSender({ clock, extraCa: await readExtraCa(settings.upstream.extraCa) });
  try {
    // Tokens are renewed by a running proxy; here the one that is there has to do.
    const accessOf = ({ id }: Account) => accounts.tokens.latest(id)?.access ?? Promise.resolve(undefined);
    const secretOf = rememberedSecrets(accounts, { accessOf });
    const wayOutOf = rememberedWaysOut((entry) => accounts.secret(entry));
    return await testAccount(account, { sender, secretOf, wayOutOf, clock });
  } finally {
    sender.close();
  }
}
