import { clientEnvironment, type Entrance, type Variable } from '../../../access/claude-env.ts';
import { ownCommand } from '../../../base/own-command.ts';
import { Secret } from '../../../base/secret.ts';

/** Lines that lead Claude Code to this proxy, for one place where they can stand. */
export interface ConnectLines {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly text: string;
}

/** What stands where a client key belongs. A key is shown once, when it is made, and never here. */
const placeholder = 'YOUR-CLIENT-KEY';

/** The same that `run` and `setup` set. */
export function connectLines(url: string, keysRequired: boolean): ConnectLines[] {
  const entrance = keysRequired
    ? ({ is: 'key', key: new Secret(placeholder) } as const)
    : ({ is: 'open' } as const);
  const easiest = {
    id: 'run',
    title: 'Easiest',
    hint: 'Starts Claude Code with everything set, this once.',
    text: ownCommand('run -- claude'),
  };
  return [easiest, ...linesFor(url, entrance)];
}

/** Lines for whoever has a client key: the only ones that hold one, shown when it is made. */
export function linesWithKey(url: string, key: Secret): ConnectLines[] {
  return linesFor(url, { is: 'key', key });
}

function linesFor(url: string, entrance: Entrance): ConnectLines[] {
  const variables = clientEnvironment(url, entrance, {}).set.map(
    ({ name, value }) => [name, textOf(value)] as const,
  );
  return [
    {
      id: 'shell',
      title: 'Shell',
      hint: 'In a terminal, or in ~/.bashrc or ~/.zshrc to keep it.',
      text: variables.map(([name, value]) => `export ${name}=${value}`).join('\n'),
    },
    {
      id: 'powershell',
      title: 'PowerShell',
      hint: 'In a PowerShell window, or in $PROFILE to keep it.',
      text: variables.map(([name, value]) => `$env:${name} = "${value}"`).join('\n'),
    },
    {
      id: 'settings',
      title: 'Settings file',
      hint: `In ~/.claude/settings.json, for every start of Claude Code. \`${ownCommand('setup')}\` writes it for you.`,
      text: JSON.stringify({ env: Object.fromEntries(variables) }, undefined, 2),
    },
  ];
}

function textOf(value: Variable['value']): string {
  return value instanceof Secret ? value.reveal() : value;
}
