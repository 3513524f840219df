import { afterEach, describe, expect, test } from 'bun:test';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { wallClock, type Clock } from '../../src/base/clock.ts';
import type { Problem } from '../../src/base/problem.ts';
import {
  loadSettings,
  settingsFrom,
  type LoadedSettings,
  type SettingsInput,
} from '../../src/config/load.ts';
import { watchSettings, type SettingsWatch } from '../../src/config/watch.ts';
import { HandClock } from '../help/a-clock.ts';
import { SettingsFolder } from './a-settings-folder.ts';

const patienceMs = 10_000;
const opened: { close(): void }[] = [];

afterEach(() => {
  for (const watch of opened.splice(0)) watch.close();
});

/** Everything the watch has told, and a way to wait for the next. */
class Told {
  readonly #news: (LoadedSettings | Problem)[] = [];
  #wake = (): void => {};

  readonly add = (news: LoadedSettings | Problem): void => {
    this.#news.push(news);
    this.#wake();
  };

  /** The next news: the port for settings, the code for a problem. Turns `clock` on until it comes. */
  async next(clock?: HandClock): Promise<number | string> {
    if (clock !== undefined) await this.#turning(clock);
    while (this.#news.length === 0) await this.#arrival();
    const news = this.#news.shift()!;
    return news instanceof Error ? news.code : news.settings.server.port;
  }

  get rest(): number {
    return this.#news.length;
  }

  async #turning(clock: HandClock): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.#news.length === 0 && performance.now() < deadline) await clock.turn(100);
  }

  #arrival(): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error('nothing was told in time')), patienceMs);
      this.#wake = () => {
        clearTimeout(giveUp);
        resolve();
      };
    });
  }
}

async function watching(
  folder: SettingsFolder,
  options: { clock?: Clock; input?: SettingsInput } = {},
): Promise<{ told: Told; watch: SettingsWatch }> {
  const { clock = wallClock, input = folder.input() } = options;
  const told = new Told();
  const loaded = await loadSettings(input);
  const watch = watchSettings({ ...input, clock, loaded, onLoaded: told.add, onProblem: told.add });
  opened.push(watch);
  // From here on nothing escapes it.
  await watch.check();
  return { told, watch };
}

/** As editors and our own page save: a new file beside the old one, then a rename. */
function replace(folder: SettingsFolder, text: string): void {
  folder.write(text, 'config.toml.new');
  renameSync(join(folder.path, 'config.toml.new'), folder.config);
}

function port(number: number): string {
  return `[server]\nport = ${number}\n`;
}

describe('a saved file takes effect', () => {
  test('when it is edited in place', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told } = await watching(folder);
    folder.write(port(2));
    expect(await told.next()).toBe(2);
    appendFileSync(folder.config, '[log]\nlevel = "warn"\n');
    expect(await told.next()).toBe(2);
  });

  test('when it is replaced by a rename, again and again', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told } = await watching(folder);
    for (const number of [2, 3, 4]) {
      replace(folder, port(number));
      expect(await told.next()).toBe(number);
    }
  });

  test('when it appears for the first time', async () => {
    using folder = new SettingsFolder();
    const { told } = await watching(folder);
    folder.write(port(5));
    expect(await told.next()).toBe(5);
  });

  test('when it is moved away and a new one is written, as some editors keep a copy', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told } = await watching(folder);
    renameSync(folder.config, `${folder.config}~`);
    folder.write(port(2));
    expect(await told.next()).toBe(2);
    expect(told.rest).toBe(0);
  });

  test('when the link in front of it is swapped, as Kubernetes does', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1), '..one/config.toml');
    folder.write(port(2), '..two/config.toml');
    symlinkSync('..one', join(folder.path, '..data'));
    symlinkSync('..data/config.toml', folder.config);
    const clock = new HandClock();
    const { told } = await watching(folder, { clock });
    symlinkSync('..two', join(folder.path, '..data_tmp'));
    renameSync(join(folder.path, '..data_tmp'), join(folder.path, '..data'));
    expect(await told.next(clock)).toBe(2);
  });

  test('when it is a link and the file it leads to is edited somewhere else', async () => {
    using folder = new SettingsFolder();
    const elsewhere = folder.write(port(1), 'dotfiles/proxy.toml');
    symlinkSync(elsewhere, folder.config);
    const clock = new HandClock();
    const { told } = await watching(folder, { clock });
    folder.write(port(2), 'dotfiles/proxy.toml');
    expect(await told.next(clock)).toBe(2);
  });

  test('when the whole folder is removed and made again', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const clock = new HandClock();
    const { told } = await watching(folder, { clock });
    rmSync(folder.path, { recursive: true });
    expect(await told.next(clock)).toBe('config-missing');
    mkdirSync(folder.path);
    folder.write(port(2));
    expect(await told.next(clock)).toBe(2);
    folder.write(port(3));
    expect(await told.next(clock)).toBe(3);
  });

  test('when it changed between loading and watching', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const input = folder.input();
    const loaded = await loadSettings(input);
    folder.write(port(2));
    const told = new Told();
    opened.push(
      watchSettings({ ...input, clock: wallClock, loaded, onLoaded: told.add, onProblem: told.add }),
    );
    expect(await told.next()).toBe(2);
  });

  test('under the flags and variables of the start', async () => {
    using folder = new SettingsFolder();
    folder.write('[log]\nlevel = "info"');
    const { told } = await watching(folder, { input: folder.input({ flags: { 'server.port': 99 } }) });
    folder.write(port(2));
    expect(await told.next()).toBe(99);
  });
});

describe('a broken file', () => {
  test('is reported, once, and a good one takes effect again', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told, watch } = await watching(folder);
    replace(folder, '[server]\nport = ');
    expect(await told.next()).toBe('config-invalid');
    await watch.check();
    utimesSync(folder.config, new Date(), new Date());
    await watch.check();
    expect(told.rest).toBe(0);
    replace(folder, port(1));
    expect(await told.next()).toBe(1);
  });

  test('is reported with every mistake', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const problems: Problem[] = [];
    const input = folder.input();
    const loaded = settingsFrom(port(1), input);
    const watch = watchSettings({
      ...input,
      clock: new HandClock(),
      loaded,
      onLoaded: () => expect.unreachable(),
      onProblem: (problem) => problems.push(problem),
    });
    opened.push(watch);
    folder.write('[server]\nport = -1\nprot = 1');
    await watch.check();
    expect(problems[0]?.message).toContain('There are 2 mistakes');
  });

  test('that is gone is reported, and does not turn everything into defaults', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told } = await watching(folder);
    rmSync(folder.config);
    expect(await told.next()).toBe('config-missing');
    folder.write(port(1));
    expect(await told.next()).toBe(1);
  });

  test('that cannot be read is tried again by itself', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const clock = new HandClock();
    const { told } = await watching(folder, { clock });
    rmSync(folder.config);
    mkdirSync(folder.config);
    expect(await told.next(clock)).toBe('config-unreadable');
    rmSync(folder.config, { recursive: true });
    folder.write(port(3));
    expect(await told.next(clock)).toBe(3);
  });
});

describe('nothing is told', () => {
  test('of a file that is saved without a change', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told, watch } = await watching(folder);
    replace(folder, port(1));
    await watch.check();
    expect(told.rest).toBe(0);
    replace(folder, port(2));
    expect(await told.next()).toBe(2);
    expect(told.rest).toBe(0);
  });

  test('of other files in the folder', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const clock = new HandClock();
    const { told } = await watching(folder, { clock });
    for (const name of ['proxy.db', 'proxy.db-wal', 'credentials.json']) folder.write('x', name);
    await clock.turn(5_000);
    expect(told.rest).toBe(0);
    folder.write(port(2));
    expect(await told.next(clock)).toBe(2);
    expect(told.rest).toBe(0);
  });

  test('after closing', async () => {
    using folder = new SettingsFolder();
    folder.write(port(1));
    const { told, watch } = await watching(folder);
    const closed = await watching(folder);
    closed.watch.close();
    folder.write(port(2));
    expect(await told.next()).toBe(2);
    await closed.watch.check();
    await watch.check();
    expect(closed.told.rest).toBe(0);
  });
});

test('several writes in a row are one change', async () => {
  using folder = new SettingsFolder();
  folder.write(port(1));
  const { told } = await watching(folder);
  for (const number of [2, 3, 4, 5, 6]) folder.write(port(number));
  expect(await told.next()).toBe(6);
  expect(told.rest).toBe(0);
});

test('a file that is being written is not looked at before it was left alone for a moment', async () => {
  using folder = new SettingsFolder();
  folder.write(port(1));
  const clock = new HandClock();
  const { told } = await watching(folder, { clock });
  folder.write('[server]\nport = ');
  await clock.turn(500);
  folder.write(port(2));
  expect(await told.next(clock)).toBe(2);
  expect(told.rest).toBe(0);
});

test('writing without end does not put off the look for ever', async () => {
  using folder = new SettingsFolder();
  folder.write(port(1));
  const clock = new HandClock();
  const { told } = await watching(folder, { clock });
  for (let size = 1; size < 40 && told.rest === 0; size += 1) {
    folder.write(`${port(2)}#${'.'.repeat(size)}\n`);
    await clock.turn(150);
    // Until it has seen that: a look takes three questions to the disk, one after the other, and a poll one before it.
    for (let asked = 0; asked < 12; asked += 1) await stat(folder.config);
  }
  expect(await told.next()).toBe(2);
});

test('two questions at once get two answers and one change', async () => {
  using folder = new SettingsFolder();
  folder.write(port(1));
  const { told, watch } = await watching(folder, { clock: new HandClock() });
  folder.write(port(2));
  await Promise.all([watch.check(), watch.check()]);
  expect(await told.next()).toBe(2);
  expect(told.rest).toBe(0);
});

test('closing takes back every timer', async () => {
  using folder = new SettingsFolder();
  folder.write(port(1));
  const clock = new HandClock();
  const { watch } = await watching(folder, { clock });
  expect(clock.waiting).toBeGreaterThan(0);
  watch.close();
  expect(clock.waiting).toBe(0);
});

test('a watch keeps no process alive', async () => {
  using folder = new SettingsFolder();
  folder.write(port(1));
  const program = `
    import { wallClock } from '${join(import.meta.dir, '../../src/base/clock.ts')}';
    import { loadSettings } from '${join(import.meta.dir, '../../src/config/load.ts')}';
    import { watchSettings } from '${join(import.meta.dir, '../../src/config/watch.ts')}';
    const input = { places: { config: ${JSON.stringify(folder.config)}, isConfigNamed: true, userHome: '' }, env: {}, flags: {} };
    const loaded = await loadSettings(input);
    const nothing = () => {};
    const watch = watchSettings({ ...input, clock: wallClock, loaded, onLoaded: nothing, onProblem: nothing });
    await watch.check();
    console.log('watching');
  `;
  const file = folder.write(program, 'program.ts');
  const child = Bun.spawn([process.execPath, file], {
    stdout: 'pipe',
    stderr: 'inherit',
    timeout: patienceMs,
  });
  expect(await child.stdout.text()).toBe('watching\n');
  expect(await child.exited).toBe(0);
  expect(child.signalCode).toBeNull();
});

test('a pipe is read once and never again', async () => {
  using folder = new SettingsFolder();
  // Windows has no such thing.
  if (process.platform === 'win32') return;
  expect(Bun.spawnSync(['mkfifo', folder.config]).success).toBe(true);
  const input = folder.input();
  const loaded = settingsFrom(port(1), input);
  const told = new Told();
  const watch = watchSettings({
    ...input,
    clock: new HandClock(),
    loaded,
    onLoaded: told.add,
    onProblem: told.add,
  });
  opened.push(watch);
  await watch.check();
  expect(told.rest).toBe(0);
});
