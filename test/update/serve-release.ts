import { join } from 'node:path';

// Serves the files of a folder until it is killed, for tests that wait for other programs: FOLDER. Says its address.
const [folder = ''] = process.argv.slice(2);
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch({ url }) {
    const file = Bun.file(join(folder, new URL(url).pathname.split('/').at(-1) ?? ''));
    return (await file.exists()) ? new Response(file) : new Response('', { status: 404 });
  },
});
process.stdout.write(`${server.url.href}\n`);
