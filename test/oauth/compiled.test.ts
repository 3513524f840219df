import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { Rooms } from '../help/a-proxy.ts';

const folder = temporaryFolders();
const rooms = new Rooms();
const repository = join(import.meta.dir, '..', '..');

afterEach(() => rooms.close());

test('a standalone executable signs in, renews and gives back, at a provider whose certificate is an extra one', async () => {
  const here = folder();
  const executable = join(here, process.platform === 'win32' ? 'program.exe' : 'program');
  const main = fileURLToPath(new URL('compiled-main.ts', import.meta.url));
  // As scripts/build.ts compiles the product.
  const how = ['--minify', '--bytecode', '--format=esm', '--splitting', '--no-compile-autoload-bunfig'];
  const built = Bun.spawnSync(
    [process.execPath, 'build', '--compile', ...how, main, '--outfile', executable],
    { cwd: repository, stdout: 'ignore', stderr: 'pipe' },
  );
  expect(built.stderr.toString()).not.toContain('error');
  expect(built.exitCode).toBe(0);

  const { cert, pem, key } = aCertificate(here, 'provider');
  const tls = { cert: pem, key: await Bun.file(key).text() };
  const oauth = { consent: 'approve' } as const;
  const provider = await rooms.add(startSimulator({ clock: wallClock, log: silentLog, tls, oauth }));
  const issuer = provider.url.replace('127.0.0.1', 'localhost');
  const child = Bun.spawn([executable, issuer, cert], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const lines = linesOf(child.stdout);
  const address = (await lines.next()).value ?? '';
  const back = await fetch(address, { redirect: 'manual', tls: { ca: pem } });
  expect((await fetch(back.headers.get('location') ?? '')).status).toBe(200);
  expect(JSON.parse((await lines.next()).value ?? '{}')).toEqual({
    standalone: true,
    state: 'done',
    renewed: 'renewed',
    revoked: 'revoked',
    again: 'refused',
  });
  expect(await child.exited).toBe(0);
}, 60_000);

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
  return undefined;
}
