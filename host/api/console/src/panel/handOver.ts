// A panel inside another site's page: browsers show it no cookie of this host there, and Microsoft shows no sign-in page. So a
// window of this host, where somebody is signed in, hands a session over: it posts a code, which is good once and only
// together with what this page keeps to itself.

import { Refusal, refusal, unreachable } from '../api/http';
import { openWindow, PATIENCE } from './popUp';
import { proof } from './verifier';

/** Whether the panel stands inside another page. */
export const framed = (): boolean => window.self !== window.top;

let waiting: AbortController | undefined;

/** Signs the panel of a tenant in. Whether it was: pressing again begins anew, since nobody is told whether a window is still open. */
export async function handOver(tenant: string): Promise<boolean> {
  const opened = openWindow();
  waiting?.abort();
  const ended = new AbortController();
  waiting = ended;
  const late = setTimeout(() => ended.abort(), PATIENCE);
  try {
    if (!('subtle' in crypto)) {
      opened.close();
      throw new Refusal(0, { code: 'panel.insecure', message: 'The browser does not trust this page, since it or the page around it is reached without TLS.', remedy: 'Reach both over https; or open the panel in a window of its own.' });
    }
    const { verifier, challenge } = await proof();
    const posted = code(opened, ended.signal);
    opened.location.replace(`/auth/panel?${new URLSearchParams({ tenant, challenge }).toString()}`);
    const heard = await posted;
    if (heard === undefined) return false;
    await exchange(heard, verifier);
    return true;
  } finally {
    clearTimeout(late);
    ended.abort();
  }
}

/** What that window posts, and no other page; nothing when nobody waits any more. */
function code(from: Window, ended: AbortSignal): Promise<string | undefined> {
  return new Promise((done) => {
    ended.addEventListener('abort', () => done(undefined));
    const hear = ({ origin, source, data }: MessageEvent<unknown>) => {
      if (origin !== location.origin || source !== from || typeof data !== 'object' || data === null) return;
      const { type, code } = data as { type?: unknown; code?: unknown };
      if (type === 'tieline-panel-code' && typeof code === 'string') done(code);
    };
    addEventListener('message', hear, { signal: ended });
  });
}

async function exchange(code: string, verifier: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const asked = fetch('/auth/panel/session', { method: 'POST', headers, body: JSON.stringify({ code, verifier }), credentials: 'same-origin' });
  const response = await asked.catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw await refusal(response);
}

/** What it means that a session was handed over and the host knows of none. */
export const noCookie = (): Refusal => new Refusal(401, {
  code: 'panel.no-cookie',
  message: 'The browser keeps no cookie of this host inside this page.',
  remedy: 'Allow cookies for it; where the host is reached without TLS, they are kept only inside pages of the same site. Or open the panel in a window of its own.',
});
