import { product } from '../base/product.ts';
import { listOf, optional, yesNo } from './kinds.ts';
import { setting } from './setting.ts';
import { feedUrl, releaseKey } from './update-kinds.ts';

export const update = {
  help: 'Where newer versions come from, and whose are believed; see `docs/updating.md`.',
  settings: {
    check: setting({
      kind: yesNo(),
      fallback: true,
      help: 'Whether a running proxy looks once a day for a newer version. It shows what it finds and installs nothing. A proxy that a package manager or an image brought never looks.',
      isLive: true,
    }),
    feedUrl: setting({
      kind: optional(feedUrl()),
      fallback: product.feed,
      help: 'The folder with the newest release: `checksums.txt`, its signature, `release.json` and the binaries. A mirror, or a server of a network without a way out.',
      isLive: true,
      isInFileOnly: true,
      example: 'https://mirror.example.com/claude-code-proxy/',
    }),
    keys: setting({
      kind: listOf(releaseKey(), 'public keys of minisign'),
      fallback: [],
      help: 'Whose releases are believed beside those of the keys in the program, such as your own for a build of yours.',
      isLive: true,
      isInFileOnly: true,
    }),
  },
} as const;
