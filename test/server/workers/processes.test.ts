import { describe, expect, it } from 'bun:test';
import { availableParallelism } from 'node:os';
import { defaultSettings, type Settings } from '../../../src/config/settings.ts';
import { processesWanted } from '../../../src/server/workers/processes.ts';
import { problemOf } from '../../help/a-problem.ts';

function settings(more: Partial<Settings['server']>): Pick<Settings, 'server'> {
  return { server: { ...defaultSettings.server, ...more } };
}

describe('how many processes share the port', () => {
  it('is one unless somebody asks for more', () => {
    expect(processesWanted(defaultSettings, 'linux')).toBe(1);
    expect(processesWanted(settings({ workers: 3 }), 'linux')).toBe(3);
  });

  it('is one for each core where that is left to us, and one where ports cannot be shared', () => {
    expect(processesWanted(settings({ workers: 'auto' }), 'linux')).toBe(Math.min(8, availableParallelism()));
    expect(processesWanted(settings({ workers: 'auto' }), 'darwin')).toBe(1);
    expect(processesWanted(settings({ workers: 'auto', wire: 'node' }), 'linux')).toBe(1);
  });

  it('is refused where there can be but one', async () => {
    for (const [more, platform] of [
      [{ workers: 2 }, 'darwin'],
      [{ workers: 2 }, 'win32'],
      [{ workers: 2, wire: 'node' }, 'linux'],
    ] as const) {
      const problem = await problemOf((async () => processesWanted(settings(more), platform))());
      expect(problem).toMatchObject({ code: 'workers-unsupported' });
      expect(problem.message).toContain('server.workers = 2');
    }
  });
});
