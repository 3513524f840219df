import { describe, expect, test } from 'bun:test';
import { loadArguments } from '../../bench/instrument/tools.ts';
import { readOptions } from '../../bench/options.ts';
import { namesOf, needsProxy } from '../../bench/targets/all.ts';
import { chosenWorkloads, type Wanted } from '../../bench/workloads/all.ts';

const wanted = (given: Partial<Wanted>): string[] =>
  chosenWorkloads({ only: [], all: false, long: false, ...given }).map(({ name }) => name);

describe('the workloads of a run', () => {
  test('what takes long, or has to be asked for, is not among the usual ones', () => {
    expect(wanted({})).toContain('paced-2000');
    expect(wanted({})).toContain('page');
    expect(wanted({})).not.toContain('paced-5000');
    expect(wanted({})).not.toContain('soak');
    expect(wanted({})).not.toContain('ledger');
  });

  test('all of them are those that have to be asked for too, but for the long ones', () => {
    expect(wanted({ all: true })).toContain('paced-5000');
    expect(wanted({ all: true })).not.toContain('soak');
    expect(wanted({ all: true, long: true })).toContain('soak');
  });

  test('the beginning of a name is enough, but a long one wants the whole of it', () => {
    expect(wanted({ only: ['upload'] })).toEqual(['upload-49kb', 'upload-1mb', 'upload-8mb']);
    expect(wanted({ only: ['soak'] })).toEqual(['soak']);
    expect(() => wanted({ only: ['soa'] })).toThrow('give its whole name, or --long');
    expect(wanted({ only: ['soa'], long: true })).toEqual(['soak']);
  });

  test('a whole name means that workload alone, though another one begins with it', () => {
    expect(wanted({ only: ['paced-500'] })).toEqual(['paced-500']);
    expect(wanted({ only: ['paced-50'] })).toEqual(['paced-500', 'paced-5000']);
  });

  test('a name nobody knows is told with those there are', () => {
    expect(() => wanted({ only: ['json-7'] })).toThrow('There is no workload "json-7". There are: choose, ');
  });
});

describe('the targets of a run', () => {
  test('a group stands for its members, each of them once', () => {
    expect(namesOf(['nginx', 'peers', 'ccr'])).toEqual(['nginx', 'portkey', 'ccflare', 'ccr']);
    expect(namesOf(undefined)).toEqual(['direct', 'nginx', 'proxy']);
  });

  test('a proxy is needed for any of its shapes, and for no other target', () => {
    expect(needsProxy(undefined)).toBe(true);
    expect(needsProxy(['two'])).toBe(true);
    expect(needsProxy(['direct', 'nginx', 'haproxy', 'peers'])).toBe(false);
  });
});

describe('the words of the command', () => {
  test('a quick run has one round, unless somebody says how many', () => {
    expect(readOptions(['--source'])?.rounds).toBe(3);
    expect(readOptions(['--source', '--quick'])?.rounds).toBe(1);
    expect(readOptions(['--source', '--quick', '--rounds', '2'])?.rounds).toBe(2);
    expect(() => readOptions(['--source', '--rounds', '0'])).toThrow('from 1 on');
  });

  test('the translation alone needs no binary, and is no workload of targets', () => {
    const options = readOptions(['--only', 'translation']);
    expect(options).toMatchObject({ translation: 'alone', binary: undefined });
    const beside = readOptions(['--source', '--only', 'translation,json-32', '--only', 'idle']);
    expect(beside).toMatchObject({ translation: 'also', wanted: { only: ['json-32', 'idle'] } });
    expect(readOptions(['--source', '--only', 'json-32'])?.translation).toBe('no');
  });
});

describe('the words the load generator is started with', () => {
  test('a client sends its own key, and what the target wants of clients', () => {
    const usual = loadArguments({ port: 81 }, { connections: 2 }).join(' ');
    expect(usual).toBe('--port 81 --key sk-ant-api03-bench-client --any-length 0 --connections 2');
    const asked = { port: 82, key: 'other', headers: ['x-a: b', 'x-c: d'], mayChangeLength: true };
    expect(loadArguments(asked, {})).toEqual(
      ['--port', '82', '--key', 'other', '--any-length', '1'].concat(
        '--header',
        'x-a: b',
        '--header',
        'x-c: d',
      ),
    );
  });
});
