import { networkInterfaces } from 'node:os';
import { expect, it } from 'bun:test';

// scripts/cut-off.mjs says so where the machine can do that.
it.skipIf(process.env['NETWORK_CUT_OFF'] === undefined)(
  'the journeys are played where there is no way to any other machine',
  () => {
    const interfaces = Object.entries(networkInterfaces());
    expect(interfaces.map(([name]) => name)).toEqual(['lo']);
    expect(interfaces.flatMap(([, all = []]) => all).every(({ internal }) => internal)).toBe(true);
  },
);
