import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ProxyPlace {
  readonly directory: string;
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly port: number;
  readonly controllerPort: number;
  /** Open files that one process may have. */
  readonly files: number;
}

const workers = 4;

/** As docs/operations.md has it, with paths of its own. */
const toConfiguration = ({ directory, certificate, port, controllerPort, files }: ProxyPlace): string => `
worker_processes ${workers};
worker_rlimit_nofile ${files};
daemon off;
pid ${join(directory, 'nginx.pid')};
error_log stderr crit;
events { worker_connections ${files - 100}; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(directory, name)};`).join(' ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${certificate.cert};
    ssl_certificate_key ${certificate.key};
    location / {
      proxy_pass http://127.0.0.1:${controllerPort};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 120s;
      client_max_body_size 0;
    }
  }
}
`;

/** An nginx that speaks TLS for the controller. */
export class TlsProxy {
  private constructor(readonly child: ChildProcess) {}

  /** Null, or why there can be none. */
  static findLack(): string | null {
    return spawnSync('nginx', ['-v']).status === 0 ? null : 'nginx is not there';
  }

  static start(place: ProxyPlace): TlsProxy {
    const file = join(place.directory, 'nginx.conf');
    writeFileSync(file, toConfiguration(place));
    const args = ['-p', place.directory, '-c', file];
    return new TlsProxy(spawn('nginx', args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await ended;
  }
}
