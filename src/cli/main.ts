import { setOwnCommand } from '../base/own-command.ts';
import { build, product } from '../base/product.ts';
import { answerKeychainCall, keychainWord } from '../credentials/keychain-call.ts';
import { workerWord } from '../server/workers/worker-word.ts';
import { standardOutput } from './outputs.ts';
import { takeLauncher, typedFor } from './self.ts';

const words = process.argv.slice(2);

const asksVersion = words.includes('--version') || words.includes('-V');
if (asksVersion && words.every((word) => word.startsWith('-'))) {
  // Answered before anything is loaded: shells and package managers ask for it often.
  const { name, binary, version } = product;
  const facts = {
    name,
    binary,
    version,
    commit: build.commit,
    date: build.date,
    target: build.target,
    runtime: `bun ${Bun.version}`,
    platform: `${process.platform}-${process.arch}`,
  };
  standardOutput().write(
    words.includes('--json') ? `${JSON.stringify(facts, undefined, 2)}\n` : `${binary} ${version}\n`,
  );
} else if (words.length === 1 && words[0] === keychainWord) {
  // Started by this program itself, see `credentials/keychain-process.ts`.
  standardOutput().write(await answerKeychainCall(await Bun.stdin.text()));
} else if (words.length === 1 && words[0] === workerWord) {
  // Started by a serving proxy, see `server/workers/worker-process.ts`.
  const { beWorker } = await import('./worker.ts');
  await beWorker();
} else {
  setOwnCommand(whatWasTyped());
  const { serveOptionsIn } = await import('./serve-words.ts');
  const options = serveOptionsIn(words);
  process.exitCode =
    options === undefined
      ? await (await import('./program.ts')).main(words, process.env)
      : await (await import('./only-serve.ts')).onlyServe(options, words, process.env);
}

function whatWasTyped(): string {
  const launcher = takeLauncher(process.env) ?? (Bun.isStandaloneExecutable ? process.argv0 : product.binary);
  const shell = { folder: process.cwd(), path: process.env['PATH'] ?? '', platform: process.platform };
  return typedFor(launcher, shell);
}
