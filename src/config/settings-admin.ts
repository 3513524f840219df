import { choice, listOf, seconds, wholeNumber } from './kinds.ts';
import { identity, providerName } from './provider-kinds.ts';
import { setting } from './setting.ts';

const hour = 3_600;
const day = 24 * hour;

export const admin = {
  help: 'Who may see the page, `/status` and `/metrics`, and who may change something. `docs/page.md` explains it.',
  settings: {
    signIn: setting({
      kind: choice(['elsewhere', 'always']),
      fallback: 'elsewhere',
      help: 'Who has to sign in: whoever comes from elsewhere, or everybody (`always`), programs and people at this machine too. Passwords are set with `admin password`, `ui` makes a link that signs in once.',
      isLive: true,
    }),
    providers: setting({
      kind: listOf(providerName(), 'names of providers, such as ["company"]'),
      fallback: [],
      help: 'Providers by which people may sign in to the page (OpenID Connect): names of `[providers.NAME]`, each with `issuer` and `client_id`. Their redirect URI is `/sign-in/callback` at the address under which the page is opened.',
      isLive: true,
      example: 'company',
    }),
    admins: setting({
      kind: listOf(identity(), 'people, such as ["ann@example.com"]'),
      fallback: [],
      help: 'Who of those that sign in by a provider may change everything: an address that the provider has verified, `*@example.com` for all of a domain, or the subject that the provider calls them by (`company:248289761001`; the name of the provider may be left out where there is one alone).',
      isLive: true,
      example: 'ann@example.com',
    }),
    viewers: setting({
      kind: listOf(identity(), 'people, such as ["*@example.com"]'),
      fallback: [],
      help: 'The same for who may look and change nothing.',
      isLive: true,
      example: '*@example.com',
    }),
    idleSeconds: setting({
      kind: seconds(60, 365 * day),
      fallback: 12 * hour,
      help: 'How long somebody stays signed in without doing anything. A page that is open and keeps itself up to date does not count.',
      isLive: true,
    }),
    sessionSeconds: setting({
      kind: seconds(60, 365 * day),
      fallback: 7 * day,
      help: 'How long somebody stays signed in at most.',
      isLive: true,
    }),
    auditDays: setting({
      kind: wholeNumber(1, 36_500),
      fallback: 365,
      help: 'How long it is kept who changed what (`audit`).',
      isLive: true,
    }),
  },
} as const;
