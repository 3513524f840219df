import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScenario, scenarioFrom } from '../../src/what-if/scenario-file.ts';
import { shippedScenarios } from '../../src/what-if/shipped-scenarios.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();
async function told(text: string, form: 'toml' | 'json' = 'toml'): Promise<string> {
  const { message } = await problemOf((async () => readScenario(`s.${form}`, text, form))());
  return message;
}

describe('a scenario', () => {
  test('that is shipped can be read', async () => {
    for (const name of shippedScenarios.keys()) {
      const { accounts, traffic } = await scenarioFrom(name);
      expect(accounts.length).toBeGreaterThan(1);
      expect(traffic.sessions).toBeGreaterThan(10);
    }
  });

  test('is the same in TOML and in JSON', () => {
    const toml = '[traffic]\nthink = "1h30m"\n[[accounts]]\nname = "ann"\ncount = 2\n';
    const json = '{"traffic":{"think":"1h30m"},"accounts":[{"name":"ann","count":2}]}';
    const read = readScenario('s', toml, 'toml');
    expect(readScenario('s', json, 'json')).toEqual(read);
    expect(read.traffic.thinkMs).toBe(5_400_000);
    expect(read.accounts.map(({ name }) => name)).toEqual(['ann-1', 'ann-2']);
  });

  test('is read from a file', async () => {
    const path = join(folder(), 'mine.toml');
    writeFileSync(path, '[[accounts]]\nname = "ann"\n');
    expect((await scenarioFrom(path)).accounts).toHaveLength(1);
  });
});

describe('a mistake is told with its line and key:', () => {
  test.each([
    [
      'an unknown key',
      '[traffic]\nsesions = 3\n[[accounts]]\nname = "a"',
      's.toml:2:1: traffic.sesions: there is no such key',
    ],
    ['a bad number', '[traffic]\ndays = 0\n[[accounts]]\nname = "a"', 's.toml:2:1: traffic.days: too small'],
    [
      'a bad length',
      '[traffic]\nthink = "soon"\n[[accounts]]\nname = "a"',
      's.toml:2:1: traffic.think: it must be a length',
    ],
    ['no accounts', '[traffic]\ndays = 1\n', 's.toml: accounts: '],
    [
      'two of one name',
      '[[accounts]]\nname = "a"\n[[accounts]]\nname = "a"',
      's.toml:4:1: accounts.1.name: there are two',
    ],
    [
      'hours that end before they begin',
      '[traffic]\nhours = [17, 9]\n[[accounts]]\nname = "a"',
      's.toml:2:1: traffic.hours: the first hour',
    ],
    [
      'the trouble of nobody',
      '[[accounts]]\nname = "a"\n[[troubles]]\naccount = "b"\nkind = "erring"\nfrom = "1h"\nfor = "1h"',
      's.toml:4:1: troubles.0.account: it must be one of a',
    ],
    ['no TOML', '[traffic\n', 's.toml:1:'],
  ])('%s', async (_, text, line) => {
    expect(await told(text)).toContain(line);
  });

  test('all of them at once', async () => {
    const text = '[traffic]\ndays = 0\nbursts = 2\n[[accounts]]\nname = "a"';
    expect((await told(text)).split('\n')).toHaveLength(3);
  });

  test('in JSON with its key', async () => {
    expect(await told('{"traffic":{"days":0},"accounts":[{"name":"a"}]}', 'json')).toContain(
      's.json: traffic.days: ',
    );
    expect(await told('{', 'json')).toContain('s.json: ');
  });

  test('a name that is none, and a file that is not there', async () => {
    expect((await problemOf(scenarioFrom('week'))).message).toContain('no scenario of that name');
    expect((await problemOf(scenarioFrom('/nowhere/x.toml'))).message).toContain(
      '/nowhere/x.toml cannot be read',
    );
  });
});
