import { describe, expect, it } from 'bun:test';
import { linkLifeMs, Links } from '../../../src/access/people/links.ts';
import { Secret } from '../../../src/base/secret.ts';
import { HandClock } from '../../help/a-clock.ts';

describe('a link', () => {
  it('gives its role once', () => {
    const links = new Links(new HandClock());
    const { secret } = links.make('viewer');
    expect(secret.reveal()).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(links.use(secret)).toBe('viewer');
    expect(links.use(secret)).toBeUndefined();
  });

  it('gives none when its time is over', async () => {
    const clock = new HandClock();
    const links = new Links(clock);
    const { secret, expiresAt } = links.make('admin');
    expect(expiresAt).toBe(clock.now() + linkLifeMs);
    await clock.turn(linkLifeMs);
    expect(links.use(secret)).toBeUndefined();
  });

  it('that was made up gives none', () => {
    const links = new Links(new HandClock());
    links.make('admin');
    for (const text of ['', 'x', 'x'.repeat(43), 'x'.repeat(100_000)])
      expect(links.use(new Secret(text))).toBeUndefined();
  });

  it('makes room: the oldest of too many ends', () => {
    const links = new Links(new HandClock());
    const made = Array.from({ length: 25 }, () => links.make('admin').secret);
    expect(links.use(made[0]!)).toBeUndefined();
    expect(links.use(made.at(-1)!)).toBe('admin');
  });
});
