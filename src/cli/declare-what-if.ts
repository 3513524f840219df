import { numberOption, option, type Declarer } from './declare.ts';

/** `what-if`: what a policy would have made of some traffic. */
export function declareWhatIf(root: Declarer): void {
  root.add(
    {
      usage: 'what-if [scenario]',
      summary: 'play traffic through the pool and see what each policy makes of it',
      more:
        'Plays recorded or made-up traffic against simulated accounts, on a clock that jumps; nothing is sent anywhere. ' +
        'The scenario is a name or a file (.toml, .json); with --from ledger it gives the accounts, which otherwise are ' +
        'those of this home. docs/what-if.md explains the columns and how a scenario is written.',
      options: [
        option('--policy <name>', 'one policy, or all (default: all)'),
        option('--from <what>', 'ledger: the calls of this home; scenario: made up (default: scenario)'),
        option('--since <when>', 'with --from ledger: a length ago, today, a day or a moment (default: 7d)'),
        numberOption('--seed <number>', 'another week of the same kind (default: 1)', 0, 2 ** 31 - 1),
        option('--print', 'print the scenario, to begin one of your own, and play nothing'),
      ],
      json: true,
      examples: [
        ['what-if', 'a week of 200 sessions on 4 accounts, every policy'],
        ['what-if --policy balanced ten-devs', 'one policy, another scenario'],
        ['what-if --print week-200x4', 'how a scenario is written'],
        ['what-if --from ledger --since 30d', 'your own last thirty days'],
      ],
    },
    async () => (await import('./what-if.ts')).whatIf,
  );
}
