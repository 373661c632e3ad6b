import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface RepositoryOptions {
  /** Text of each file by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** A tree that is copied in, with a place for it. */
  readonly trees?: readonly (readonly [from: string, into: string])[];
  /** Targets of symbolic links by path. */
  readonly links?: Readonly<Record<string, string>>;
  readonly submodules?: readonly { readonly path: string; readonly url: string; readonly commit: string }[];
  /** An annotated tag on the last commit. */
  readonly tag?: string;
}

const fixed = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Nobody',
  GIT_AUTHOR_EMAIL: 'nobody@example.invalid',
  GIT_COMMITTER_NAME: 'Nobody',
  GIT_COMMITTER_EMAIL: 'nobody@example.invalid',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

const git = (directory: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], {
    cwd: directory,
    env: fixed,
    encoding: 'utf8',
  }).trim();

/** Real repositories over HTTP: `/smart/NAME.git` by git's own server program, `/dumb/NAME.git` as plain files. */
export class RepositoryServer {
  /** Paths of requests, in order. */
  readonly asked: string[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'ironwheel-repositories-'));
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  urlOf(name: string, kind: 'smart' | 'dumb' = 'smart'): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${kind}/${name}.git`;
  }

  /** Makes a repository of two commits; answers the last one. */
  make(name: string, options: RepositoryOptions): string {
    const tree = join(this.#directory, 'trees', name);
    mkdirSync(tree, { recursive: true });
    git(tree, 'init', '--quiet');
    git(tree, 'commit', '--quiet', '--allow-empty', '-m', 'First');
    for (const [from, into] of options.trees ?? []) {
      mkdirSync(join(tree, into), { recursive: true });
      execFileSync('cp', ['-R', `${from}/.`, join(tree, into)]);
    }
    const modules = (options.submodules ?? []).map(
      ({ path, url }) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
    );
    const files = { ...options.files, ...(modules.length > 0 ? { '.gitmodules': modules.join('') } : {}) };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    for (const [path, target] of Object.entries(options.links ?? {})) symlinkSync(target, join(tree, path));
    git(tree, 'add', '--all');
    for (const { path, commit } of options.submodules ?? []) {
      git(tree, 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
    }
    git(tree, 'commit', '--quiet', '-m', 'Second');
    if (options.tag !== undefined) git(tree, 'tag', '-a', '-m', 'A release', options.tag);
    const bare = join(this.#directory, `${name}.git`);
    git(this.#directory, 'clone', '--quiet', '--bare', tree, bare);
    git(bare, 'update-server-info');
    return git(tree, 'rev-parse', 'HEAD');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    this.asked.push(pathname);
    const [, kind, ...rest] = pathname.split('/');
    if (kind === 'smart') {
      this.#runBackend(request, response, rest.join('/'), searchParams);
      return;
    }
    try {
      response.end(await readFile(join(this.#directory, ...rest)));
    } catch {
      response.writeHead(404).end();
    }
  }

  #runBackend(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): void {
    const child = spawn('git', ['http-backend'], {
      env: {
        ...fixed,
        GIT_PROJECT_ROOT: this.#directory,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: `/${path}`,
        QUERY_STRING: query.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      for (const line of answer.subarray(0, end).toString().split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.end(answer.subarray(end + 4));
    });
  }
}
