// A host in miniature: it serves what was built as the host does, with the same header fields, and answers the API from
// memory. What was changed is kept for the case to look at.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usual } from './answers';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const KINDS: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff' };
/** As `host/api/src/console.rs` has it. */
const CSP = readFileSync(new URL('../../csp.txt', import.meta.url), 'utf8').trim();

export interface Changed {
  method: string;
  path: string;
  body: unknown;
  csrf: string | undefined;
  /** What was expected to be there: an edition, or nothing. */
  match: string | undefined;
  noneMatch: string | undefined;
  key: string | undefined;
}

export interface Host {
  url: string;
  changed: Changed[];
  /** Answers under other than the usual ones, by path. */
  answers: Map<string, unknown>;
  /** Editions under other than the usual one, by path. */
  editions: Map<string, string>;
  signedIn: boolean;
  rights: unknown[];
  /** Says something to whoever listens. */
  tell: (word: string, data: unknown) => void;
  stop: () => Promise<void>;
}

/** What has editions, as the API does. */
const EDITED = /^\/api\/v1\/tenants\/[^/]+(\/(connections|installations)\/[^/]+(\/grant)?)?$/;

const body = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const whole = Buffer.concat(parts);
  if (whole.length === 0) return undefined;
  return request.headers['content-type'] === 'application/wasm' ? { bytes: whole.length } : JSON.parse(whole.toString());
};

function file(response: ServerResponse, path: string): void {
  const found = join(DIST, normalize(path).replace(/^\/console\//, '/'));
  const isFile = path.startsWith('/console/assets/') && existsSync(found);
  const entry = path.startsWith('/panel/') ? 'panel.html' : 'index.html';
  const shown = isFile ? found : join(DIST, entry);
  response.writeHead(200, {
    'content-type': KINDS[extname(shown)] ?? 'application/octet-stream',
    'content-security-policy': CSP,
    'cache-control': isFile ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(readFileSync(shown));
}

const refuse = (response: ServerResponse, status: number, code: string, detail: string, remedy?: string) => {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: `urn:tieline:problem:${code}`, title: '', status, detail, code, remedy }));
};

const field = (request: IncomingMessage, name: string) => request.headers[name] as string | undefined;

export async function start(): Promise<Host> {
  const listening = new Set<ServerResponse>();
  const host: Host = {
    url: '', changed: [], answers: new Map(), editions: new Map(), signedIn: true, rights: [{ role: 'operator' }],
    tell: (word, data) => listening.forEach((one) => one.write(`event: ${word}\ndata: ${JSON.stringify(data)}\n\n`)),
    stop: async () => undefined,
  };

  const signIn = async (request: IncomingMessage, response: ServerResponse) => {
    const { token } = (await body(request)) as { token: string };
    host.signedIn = token === 'tl_right';
    return host.signedIn ? response.writeHead(204).end() : refuse(response, 401, 'auth.wrong-token', 'The token is none of this host.', 'Copy it again, whole.');
  };

  const listen = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    listening.add(response);
    response.on('close', () => listening.delete(response));
  };

  const ask = async (request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams) => {
    const method = request.method ?? 'GET';
    const edition = `"${host.editions.get(path.replace(/\/grant$/, '')) ?? 'e1'}"`;
    if (method !== 'GET') {
      const match = field(request, 'if-match');
      host.changed.push({
        method, path, body: await body(request), csrf: field(request, 'x-tieline-csrf'), match, noneMatch: field(request, 'if-none-match'), key: field(request, 'idempotency-key'),
      });
      if (match !== undefined && match !== edition) return refuse(response, 412, 'precondition.failed', 'It does not stand as you saw it.', 'Read it again, and change that; its `ETag` is what `If-Match` takes.');
    }
    const given = host.answers.get(`${method} ${path}`) ?? host.answers.get(path);
    const answer = typeof given === 'function' ? (given as () => unknown)() : given ?? (method === 'DELETE' ? { changes: [] } : usual(path, query) ?? (method === 'GET' ? undefined : {}));
    if (answer === undefined) return refuse(response, 404, 'not-found', `There is nothing at ${path}.`);
    const status = (answer as { status?: number }).status;
    if (typeof status === 'number' && status >= 400) {
      response.writeHead(status, { 'content-type': 'application/problem+json' });
      return response.end(JSON.stringify(answer));
    }
    response.writeHead(200, { 'content-type': 'application/json', ...(EDITED.test(path) ? { etag: edition } : {}) });
    return response.end(JSON.stringify(answer));
  };

  const server = createServer((request, response) => {
    void (async () => {
      const { pathname: encoded, searchParams } = new URL(request.url ?? '/', 'http://host');
      const path = decodeURIComponent(encoded);
      if (path === '/auth/sign-in') return signIn(request, response);
      if (!path.startsWith('/api/')) return file(response, path);
      if (!host.signedIn) return refuse(response, 401, 'auth.no-credential', 'The request carries no credential.', 'Sign in.');
      if (path === '/api/v1/session') {
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ kind: 'person', name: 'Ada Byron', user_name: 'ada@acme.example', rights: host.rights, csrf: 'csrf-1' }));
      }
      return path.endsWith('/live') ? listen(response) : ask(request, response, path, searchParams);
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  host.stop = () => new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });
  return host;
}
