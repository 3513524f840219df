import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled } from './a-clock.ts';
import { freePort } from './a-port.ts';
import { rawSend } from './raw.ts';

/** An nginx in front of an upstream. */
export interface Nginx {
  port: number;
  close(): Promise<void>;
}

/**
 * Starts nginx as a proxy of `upstreamPort`; `more` are directives of its server.
 *
 * @throws Error where there is none on this machine; it comes with Debian's package nginx-light
 */
export async function anNginx(upstreamPort: number, more = ''): Promise<Nginx> {
  const binary = Bun.which('nginx', { PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` });
  if (binary === null) throw new Error('this test needs nginx (Debian: apt-get install nginx-light)');
  const folder = mkdtempSync(join(tmpdir(), 'ccproxy-nginx-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; error_log stderr emerg; pid ${folder}/pid;
    events { worker_connections 256; }
    http {
      access_log off; client_max_body_size 0; keepalive_requests 100000;
      client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
      uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
      server {
        listen 127.0.0.1:${port}; ${more}
        location / { proxy_pass http://127.0.0.1:${upstreamPort}; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }
    }`,
  );
  const child = Bun.spawn([binary, '-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const close = async (): Promise<void> => {
    child.kill();
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  while ((await rawSend(port, 'HELLO\r\n\r\n')).text === '') {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    await settled();
  }
  return { port, close };
}
