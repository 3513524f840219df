import { Argument, type Command } from 'commander';
import type { Declarer } from './declare.ts';
import { shells } from './shells.ts';

/** `completion`: what a shell offers on Tab, made from the declarations of `program`. */
export function declareCompletion(root: Declarer, program: Command): void {
  const command = root.add(
    {
      usage: 'completion',
      summary: 'print the script that lets a shell complete commands and options',
      more: 'It is static: completing starts no process. Packages have it in the right place already.',
      examples: [
        ['completion bash > ~/.local/share/bash-completion/completions/claude-code-proxy', ''],
        ['completion zsh > "${fpath[1]}/_claude-code-proxy"', 'before `compinit` in ~/.zshrc'],
        ['completion fish > ~/.config/fish/completions/claude-code-proxy.fish', ''],
        ['completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
      ],
    },
    async () => {
      const { completionOf } = await import('./completion.ts');
      return completionOf(program);
    },
  );
  command.addArgument(new Argument('<shell>', 'the shell it is for').choices(shells));
}
