// What a standalone executable does with a provider: argv[2] is its issuer, argv[3] a certificate to trust.
// Compiled by compiled.test.ts, whose browser opens what is printed first.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsFrom } from '../../src/config/load.ts';
import { openOAuth } from '../../src/oauth/open.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { openSender } from '../../src/wire/send.ts';

const [issuer = '', certificate = ''] = process.argv.slice(2);
const places = { config: '/nowhere/config.toml', isConfigNamed: false, userHome: '/nowhere' };
const toml = `[providers.p]\nissuer = "${issuer}"\nclient_id = "c"`;
const { providers } = settingsFrom(toml, { places, env: {}, flags: {} }).settings;
const sender = openSender({ clock: wallClock, extraCa: readFileSync(certificate, 'utf8') });
const oauth = openOAuth({
  providers: () => providers,
  env: {},
  sender,
  clock: wallClock,
  random: randomBytes,
  log: silentLog,
});
const kept: TokenSet[] = [];
const flow = await oauth.begin({
  provider: 'p',
  way: 'loopback',
  purpose: 'work',
  keep: (tokens) => {
    kept.push(tokens);
    return Promise.resolve();
  },
});
console.log(flow.state.is === 'needs-user' ? flow.state.url : 'nothing to open');
const { state } = await oauth.ended(flow.id);
const refresh = kept[0]?.refresh;
if (refresh === undefined) throw new Error('no refresh token');
const renewed = await oauth.refresh('p', refresh);
const revoked = renewed.is === 'renewed' ? await oauth.revoke('p', renewed.tokens) : undefined;
const again = await oauth.refresh('p', refresh);
await oauth.close();
sender.close();
console.log(
  JSON.stringify({
    standalone: Bun.isStandaloneExecutable,
    state: state.is,
    renewed: renewed.is,
    revoked: revoked?.is,
    again: again.is,
  }),
);
