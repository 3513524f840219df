/** What the proxy is measured against: nothing in between, nginx, haproxy. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstreamKey, type Address } from '../instrument/tools.ts';
import { freePort, instanceOf, reachable, type Target } from './target.ts';

export const direct: Target = {
  name: 'direct',
  description: 'no proxy',
  isCompiled: true,
  start: ({ upstream }) =>
    Promise.resolve({
      port: upstream.port,
      // Straight to the upstream there is nobody to swap the key.
      key: upstreamKey,
      pids: () => [],
      lastWords: () => '',
      stop: () => Promise.resolve(),
    }),
};

/** Debian puts servers where only root looks. */
function installed(name: string): string | undefined {
  return Bun.which(name) ?? [`/usr/sbin/${name}`].find((path) => existsSync(path));
}

/** nginx as a fair opponent: one worker, connections kept on both sides, no logs, nothing held back. */
export function nginx(): Target | string {
  const program = installed('nginx');
  if (program === undefined) return 'nginx is not installed (apt-get install -y nginx-light)';
  const version = /nginx\/(\S+)/.exec(Bun.spawnSync([program, '-v']).stderr.toString())?.[1] ?? 'unknown';
  return {
    name: 'nginx',
    description: `nginx ${version}, one worker, upstream keep-alive, buffering off, access log off`,
    isCompiled: true,
    async start({ processes, pinning, upstream }) {
      const folder = mkdtempSync(join(processes.folder, 'nginx-'));
      const port = await freePort();
      const config = join(folder, 'nginx.conf');
      writeFileSync(config, nginxConfig(folder, port, upstream));
      const server = processes.start([program, '-p', folder, '-c', config, '-e', join(folder, 'error.log')], {
        cpu: pinning?.target,
      });
      await reachable(port, server);
      return instanceOf(server, port);
    },
  };
}

/**
 * `proxy_request_buffering off` and 128 KB of body buffer were the fastest for large bodies of the four
 * combinations tried. The key is swapped as the proxy does it.
 */
function nginxConfig(folder: string, port: number, { port: upstreamPort, ca }: Address): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
  );
  const scheme = ca === undefined ? 'http' : 'https';
  const checked = `proxy_ssl_verify on; proxy_ssl_trusted_certificate ${ca}; proxy_ssl_name localhost;`;
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 16000; use epoll; multi_accept on; }
http {
${temporary.join('\n')}
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_max_body_size 64m;
  client_body_buffer_size 128k;
  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 512; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass ${scheme}://mock;
      ${ca === undefined ? '' : checked}
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_set_header authorization "";
      proxy_set_header x-api-key ${upstreamKey};
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
}

/** haproxy as a fair opponent: one thread, connections kept and shared on both sides, no logs, small writes sent at once. */
export function haproxy(): Target | string {
  const program = installed('haproxy');
  if (program === undefined) return 'haproxy is not installed (apt-get install -y haproxy)';
  const said = Bun.spawnSync([program, '-v']).stdout.toString();
  const version = /version (\S+?)[-\s]/.exec(said)?.[1] ?? 'unknown';
  return {
    name: 'haproxy',
    description: `haproxy ${version}, one thread, keep-alive on both sides, http-no-delay, no log`,
    isCompiled: true,
    async start({ processes, pinning, upstream }) {
      const folder = mkdtempSync(join(processes.folder, 'haproxy-'));
      const port = await freePort();
      const config = join(folder, 'haproxy.cfg');
      writeFileSync(config, haproxyConfig(port, upstream));
      const server = processes.start([program, '-db', '-f', config], { cpu: pinning?.target });
      await reachable(port, server);
      return instanceOf(server, port);
    },
  };
}

/**
 * Without `http-no-delay` it holds small writes back (85 ms were seen); `http-reuse always` and a pool as large as
 * nginx's keep connections to the upstream. `maxconn` times two, and some, must fit into the open files it may have.
 */
function haproxyConfig(port: number, { port: upstreamPort, ca }: Address): string {
  const secured = `ssl verify required ca-file ${ca} verifyhost localhost alpn http/1.1`;
  return `global
  nbthread 1
  maxconn 7500
defaults
  mode http
  timeout connect 10s
  timeout client 600s
  timeout server 600s
  timeout http-keep-alive 600s
  option http-keep-alive
  option http-no-delay
  http-reuse always
frontend clients
  bind 127.0.0.1:${port} backlog 4096
  http-request del-header authorization
  http-request set-header x-api-key ${upstreamKey}
  default_backend upstream
backend upstream
  server mock 127.0.0.1:${upstreamPort} pool-max-conn 512 pool-purge-delay 600s ${ca === undefined ? '' : secured}
`;
}
