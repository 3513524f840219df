import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { aSystemPart } from './a-system-part.ts';

/**
 * What the C++ library of Debian asks of glibc and musl does not have. An Alpine has a C++ library made for musl; here
 * that of Debian runs on Debian's musl, with these few in between: enough to start a program and to serve, and no proof for
 * what is behind them (destructors of threads are not run).
 */
const between = `#include <locale.h>
#include <sys/random.h>
#include <time.h>
unsigned arc4random(void) { unsigned value = 0; getrandom(&value, sizeof value, 0); return value; }
size_t __strftime_l(char *to, size_t size, const char *format, const struct tm *when, locale_t locale) {
  size_t strftime_l(char *, size_t, const char *, const struct tm *, locale_t);
  return strftime_l(to, size, format, when, locale);
}
int __cxa_thread_atexit_impl(void (*run)(void *), void *of, void *library) { return 0; }
char __libc_single_threaded = 0;
int _dl_find_object(void *address, void *found) { return -1; }
struct { unsigned vendor, type, subtype, features[1]; } __cpu_model;
int __cpu_indicator_init(void) { return 0; }
`;

/** Where Debian has what a binary for musl wants on x86-64. */
const wanted = {
  'libstdc++.so.6': '/usr/lib/x86_64-linux-gnu',
  'libgcc_s.so.1': '/lib/x86_64-linux-gnu',
} as const;

/** A folder of libraries for a binary that was made for musl; undefined, and told, where a part is missing. */
export function muslLibraries(): string | undefined {
  const musl = aSystemPart('ld-musl-x86_64.so.1', 'musl', ['/lib']);
  const compiler = aSystemPart('cc', 'gcc');
  const parts = Object.entries(wanted).map(([name, place]) =>
    aSystemPart(name, name.replace(/\.so\.(\d)$/, '$1').replace('_', '-'), [place]),
  );
  if (musl === undefined || compiler === undefined || parts.includes(undefined)) return undefined;
  const folder = resolve('dist', 'musl');
  mkdirSync(folder, { recursive: true });
  for (const [name, place] of Object.entries(wanted)) copyFileSync(join(place, name), join(folder, name));
  const source = join(folder, 'between.c');
  writeFileSync(source, between);
  // Under the name that the C++ library asks for beside its C library.
  const name = 'ld-linux-x86-64.so.2';
  const words = [
    '-shared',
    '-nostdlib',
    '-fPIC',
    '-w',
    `-Wl,-soname,${name}`,
    '-o',
    join(folder, name),
    source,
  ];
  const { exitCode, stderr } = Bun.spawnSync([compiler, ...words]);
  if (exitCode !== 0 || !existsSync(join(folder, name))) throw new Error(stderr.toString());
  return folder;
}
