/** What somebody asks of a run, read from the words of the command. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { product } from '../src/base/product.ts';
import { CannotMeasure } from './instrument/processes.ts';
import { groupNames, needsProxy, targetNames } from './targets/all.ts';
import { workloads, type Wanted } from './workloads/all.ts';
import { translationName } from './workloads/translation.ts';

export const usage = `npm run bench -- [options]

  --quick            one shorter round of everything (two to three minutes instead of ten)
  --only WORKLOAD    only these, by name or its beginning; may be repeated
                     ${[...workloads.map(({ name }) => name), translationName].join(', ')}
  --all              those too that are not measured unless they are asked for
  --long             those too that take ten minutes for each target
  --rounds N         rounds of each workload (3); figures are their medians
  --target NAMES     of ${targetNames.join(', ')};
                     or of ${groupNames.join(', ')}; separated by commas
  --source           measure the source instead of the binary that is built for it
  --binary PATH      measure this executable
  --json FILE        write every measurement of every round there`;

export interface Options {
  readonly quick: boolean;
  readonly rounds: number;
  readonly wanted: Wanted;
  readonly targets: readonly string[] | undefined;
  /** Undefined for the source. */
  readonly binary: string | undefined;
  readonly json: string | undefined;
  /** Whether the translation is measured, beside whatever workloads or alone. */
  readonly translation: 'no' | 'also' | 'alone';
}

/** Undefined: help is what is wanted. */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: flag,
      help: flag,
      all: flag,
      long: flag,
      only: { type: 'string', multiple: true, default: [] },
      rounds: text,
      target: text,
      binary: text,
      source: flag,
      json: text,
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new CannotMeasure('--rounds wants a whole number from 1 on.');
  const names = values.only.flatMap((list) => list.split(','));
  const isTranslation = (name: string): boolean => translationName.startsWith(name);
  const only = names.filter((name) => !isTranslation(name));
  const isAlone = names.length > 0 && only.length === 0;
  const targets = values.target?.split(',');
  return {
    quick: values.quick,
    rounds,
    wanted: { only, all: values.all, long: values.long },
    targets,
    // The translation is computation alone: no target, no compiler.
    binary: values.source || isAlone ? undefined : (values.binary ?? builtBinary(targets)),
    json: values.json,
    translation: isAlone ? 'alone' : names.length === 0 || names.some(isTranslation) ? 'also' : 'no',
  };
}

/** What users run is the binary, so that is measured; built anew, so that it is this source. */
function builtBinary(targets: readonly string[] | undefined): string | undefined {
  if (!needsProxy(targets)) return undefined;
  const built = Bun.spawnSync([process.execPath, 'scripts/build.ts'], {
    stdout: 'ignore',
    stderr: 'inherit',
  });
  if (built.exitCode !== 0)
    throw new CannotMeasure('The binary could not be built; see above, or use --source.');
  return join('dist', product.binary);
}
