import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A library of Windows that only says where another has what it is asked for. Debian's wine has no
 * `bcryptprimitives.dll`; the runtime wants `ProcessPrng` of it, which is what `SystemFunction036` of advapi32 does.
 */
function forwarder(library: string, name: string, target: string): Buffer {
  const file = Buffer.alloc(0x400);
  const header = 0x40;
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(header, 0x3c);
  file.write('PE\0\0', header, 'latin1');
  // COFF: x86-64, one section, an optional header of 240 bytes; a library that may lie anywhere.
  file.writeUInt16LE(0x8664, header + 4);
  file.writeUInt16LE(1, header + 6);
  file.writeUInt16LE(240, header + 20);
  file.writeUInt16LE(0x2022, header + 22);
  const optional = header + 24;
  file.writeUInt16LE(0x20b, optional);
  file.writeBigUInt64LE(0x1_8000_0000n, optional + 24);
  file.writeUInt32LE(0x1000, optional + 32);
  file.writeUInt32LE(0x200, optional + 36);
  // Systems and subsystems from 6.0 on; two pages in memory, the first of them headers; a console.
  file.writeUInt16LE(6, optional + 40);
  file.writeUInt16LE(6, optional + 48);
  file.writeUInt32LE(0x2000, optional + 56);
  file.writeUInt32LE(0x200, optional + 60);
  file.writeUInt16LE(3, optional + 68);
  file.writeUInt32LE(16, optional + 108);
  // The first of sixteen directories: exports.
  file.writeUInt32LE(0x1000, optional + 112);
  file.writeUInt32LE(0x200, optional + 116);
  const section = optional + 240;
  file.write('.edata', section, 'latin1');
  [0x200, 0x1000, 0x200, 0x200].forEach((value, at) => file.writeUInt32LE(value, section + 8 + 4 * at));
  file.writeUInt32LE(0x4000_0040, section + 36);
  // One export, first of its kind: tables of addresses, names and ordinals behind the directory, then the texts.
  const texts = { library: 0x40, name: 0x80, target: 0xc0 };
  [texts.library, 1, 1, 1, 0x28, 0x2c, 0x30].forEach((value, at) =>
    file.writeUInt32LE([1, 2, 3].includes(at) ? value : 0x1000 + value, 0x200 + 12 + 4 * at),
  );
  file.writeUInt32LE(0x1000 + texts.target, 0x200 + 0x28);
  file.writeUInt32LE(0x1000 + texts.name, 0x200 + 0x2c);
  file.write(library, 0x200 + texts.library, 'latin1');
  file.write(name, 0x200 + texts.name, 'latin1');
  file.write(target, 0x200 + texts.target, 'latin1');
  return file;
}

/** A Windows of its own for one run, from Debian's wine. */
export class Wine {
  readonly #prefix = mkdtempSync(join(tmpdir(), 'ccproxy-wine-'));
  readonly #wine: string;

  constructor(wine: string) {
    this.#wine = wine;
    const system = join(this.#prefix, 'drive_c', 'windows', 'system32');
    // Made by the first program that runs in it; a list of fonts or a browser engine is not wanted.
    this.run(['wineboot', '--init']);
    mkdirSync(system, { recursive: true });
    const stub = forwarder('bcryptprimitives.dll', 'ProcessPrng', 'advapi32.SystemFunction036');
    writeFileSync(join(system, 'bcryptprimitives.dll'), stub);
    // It pretends to be Windows 7 unless told otherwise.
    this.run(['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f']);
  }

  /** The variables that programs in it need. */
  get env(): Record<string, string> {
    return {
      WINEPREFIX: this.#prefix,
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      HOME: this.#prefix,
      PATH: process.env['PATH'] ?? '',
    };
  }

  run(words: readonly string[]): { code: number; out: string } {
    const done = Bun.spawnSync([this.#wine, ...words], { env: this.env, stdin: 'ignore', stderr: 'ignore' });
    return { code: done.exitCode, out: done.stdout.toString() };
  }

  /** A path of this machine as programs in it know it. */
  path(path: string): string {
    return `Z:${path.replaceAll('/', '\\')}`;
  }

  close(): void {
    const server = join(dirname(this.#wine), 'wineserver');
    Bun.spawnSync([Bun.which('wineserver') ?? server, '--kill'], { env: this.env, stderr: 'ignore' });
    rmSync(this.#prefix, { recursive: true, force: true });
  }
}
