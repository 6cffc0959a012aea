// A host in miniature: it serves what was built as the host does, with the same header fields, and answers the API from
// memory. What was changed is kept for the case to look at.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fixtures from './fixtures';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const KINDS: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff' };
/** As `host/api/src/console.rs` has it. */
const CSP = readFileSync(new URL('../../csp.txt', import.meta.url), 'utf8').trim();

export interface Changed {
  method: string;
  path: string;
  body: unknown;
  csrf: string | undefined;
}

export interface Host {
  url: string;
  changed: Changed[];
  /** Answers under other than the usual ones, by path. */
  answers: Map<string, unknown>;
  signedIn: boolean;
  stop: () => Promise<void>;
}

const page = (items: unknown[]) => ({ items });
const OF = '/api/v1/tenants/acme';

function usual(path: string, query: URLSearchParams): unknown {
  const id = /\/installations\/([^/]+)$/.exec(path)?.[1];
  if (id) return fixtures.installation(id);
  const packaged = /\/packages\/sha256:[0-9a-f]+-([a-z-]+)\/manifest$/.exec(path)?.[1];
  if (packaged) return fixtures.manifest(packaged);
  if (path.endsWith('/summary')) return fixtures.numbers(query.get('by') ?? '');
  if (path.startsWith('/api/v1/tenants/lakeside/')) return page([]);
  const state = query.get('state');
  const known: Record<string, unknown> = {
    '/api/v1/tenants': page(fixtures.tenants), '/api/v1/connectors': page(fixtures.connectors), '/api/v1/connectors/salesforce/versions': page(fixtures.versions),
    '/api/v1/tokens': page(fixtures.tokens), '/api/v1/audit': page(fixtures.audit), [`${OF}/audit`]: page(fixtures.audit),
    [`${OF}/alerts`]: page(fixtures.alerts), [`${OF}/connections`]: page(fixtures.connections), [`${OF}/connections/microsoft`]: fixtures.connection,
    [`${OF}/connections/microsoft/consent`]: fixtures.consent, [`${OF}/connections/microsoft/people`]: page(fixtures.people), [`${OF}/connections/microsoft/test`]: fixtures.tested,
    [`${OF}/installations`]: page(fixtures.installations), [`${OF}/subscriptions`]: page(fixtures.subscriptions), [`${OF}/subscriptions/1f2e3d4c/coverage`]: page(fixtures.coverage),
    [`${OF}/events`]: page(fixtures.events.filter((event) => !state || (event as { state: string }).state === state)), [`${OF}/events/${fixtures.EVENT}`]: fixtures.eventDetail,
    [`${OF}/dead-letters`]: page(fixtures.deadLetters), [`${OF}/schedules`]: page(fixtures.schedules), [`${OF}/activity`]: page(fixtures.activity),
    [`${OF}/installations/calls/datasets`]: page(fixtures.datasets), [`${OF}/installations/deal-desk/plan/preview`]: fixtures.plan,
    [`${OF}/events/replay`]: { matched: 37, replayed: 37 }, [`${OF}/installations/deal-desk/check`]: { stages: [{ name: 'salesforce', verdict: 'ok' }] },
  };
  if (path.endsWith('/datasets')) return known[path] ?? page([]);
  return known[path];
}

const body = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : JSON.parse(text);
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

export async function start(): Promise<Host> {
  const host: Host = { url: '', changed: [], answers: new Map(), signedIn: true, stop: async () => undefined };
  const refuse = (response: ServerResponse, status: number, code: string, detail: string, remedy?: string) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: `urn:tieline:problem:${code}`, title: '', status, detail, code, remedy }));
  };
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname: encoded, searchParams } = new URL(request.url ?? '/', 'http://host');
      const pathname = decodeURIComponent(encoded);
      if (pathname === '/auth/sign-in') {
        const { token } = (await body(request)) as { token: string };
        host.signedIn = token === 'tl_right';
        return host.signedIn ? response.writeHead(204).end() : refuse(response, 401, 'auth.wrong-token', 'The token is none of this host.', 'Copy it again, whole.');
      }
      if (!pathname.startsWith('/api/')) return file(response, pathname);
      if (!host.signedIn) return refuse(response, 401, 'auth.no-credential', 'The request carries no credential.', 'Sign in.');
      if (pathname === '/api/v1/session') {
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ kind: 'person', name: 'Ada Byron', user_name: 'ada@acme.example', rights: [{ role: 'operator' }], csrf: 'csrf-1' }));
      }
      if (pathname.endsWith('/live')) return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      if (request.method !== 'GET') host.changed.push({ method: request.method ?? '', path: pathname, body: await body(request), csrf: request.headers['x-tieline-csrf'] as string | undefined });
      const given = host.answers.get(`${request.method} ${pathname}`) ?? host.answers.get(pathname);
      const answer = typeof given === 'function' ? (given as () => unknown)() : given ?? usual(pathname, searchParams) ?? (request.method === 'GET' ? undefined : {});
      if (answer === undefined) return refuse(response, 404, 'not-found', `There is nothing at ${pathname}.`);
      const status = (answer as { status?: number }).status;
      if (typeof status === 'number' && status >= 400) {
        response.writeHead(status, { 'content-type': 'application/problem+json' });
        return response.end(JSON.stringify(answer));
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(answer));
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
