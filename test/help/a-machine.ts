import type { Machine, Said } from '../../src/service/service.ts';
import { HandClock } from './a-clock.ts';

/** What a program of the system answers: `undefined` for nothing to say and success. */
export type Replies = (command: string) => Partial<Said> | undefined;

/** A machine whose programs only answer: what was asked of them is in `asked`. It proves what we say, not what they do. */
export function aMachine(
  replies: Replies,
  facts: Partial<Machine> = {},
): Machine & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    platform: 'linux',
    env: {},
    userHome: '/home/ann',
    uid: 1000,
    clock: new HandClock(),
    ...facts,
    asked,
    run(program, words) {
      const command = [program, ...words].join(' ');
      asked.push(command);
      return Promise.resolve({ code: 0, out: '', err: '', ...replies(command) });
    },
  };
}

/** `systemctl show` of a unit. */
export function shownUnit(facts: Readonly<Record<string, string>>): Partial<Said> {
  const all = {
    LoadState: 'loaded',
    ActiveState: 'active',
    MainPID: '77',
    UnitFileState: 'enabled',
    Result: 'success',
    ...facts,
  };
  return {
    out: Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  };
}
