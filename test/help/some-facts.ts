import type { Facts } from '../../scripts/release/packages/facts.ts';

/** Of a release that nobody has made. */
export const someFacts: Facts = {
  version: '1.2.3',
  commit: 'c'.repeat(40),
  date: '2026-05-05T00:00:00Z',
  homepage: 'https://github.com/example/proxy',
  latest: 'https://github.com/example/proxy/releases/latest/download',
  versioned: 'https://github.com/example/proxy/releases/download/v{version}',
  image: 'ghcr.io/example/proxy/claude-code-proxy:1.2.3',
  keys: ['RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3'],
  maintainerAddress: 'example@users.noreply.github.com',
};
