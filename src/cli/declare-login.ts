import { option, type Declarer } from './declare.ts';

/** `auth login`. */
export function declareLogin(auth: Declarer): void {
  auth.add(
    {
      // The second operand is there to be refused: it may be a code.
      usage: 'login <name> [more...]',
      summary: 'sign an account in at its provider, for the first time or again',
      more:
        'The way is chosen by what the provider has and where you sit: a browser on this machine, else a short ' +
        'code to enter in any browser, else an address to open anywhere and a code to paste. A running proxy ' +
        'uses the account as soon as it is signed in. With --json each line is an event: added, begun, ' +
        'warning, pending, then done or failed.',
      options: [
        option('--browser', 'a browser on this machine, which comes back by itself'),
        option('--no-browser', 'a browser anywhere; the code it shows, or the address it ends at, is pasted'),
        option('--device', 'a short code, entered in any browser'),
        option('--code-stdin', 'read what would be pasted from standard input, a line at a time'),
        option('--provider <name>', 'make the account where there is none: which provider signs it in'),
      ],
      json: true,
      examples: [
        ['auth login team', 'the way that fits'],
        ['auth login team --device', 'over SSH: enter the code on your phone'],
        ['auth login team --provider company', 'add it and sign in'],
      ],
    },
    async () => (await import('./auth-login.ts')).authLogin,
  );
}
