// The window that a panel inside another site's page opened: asks for a code in the name of whoever is signed in, posts it to
// that panel and to no page of another origin, and closes.

const say = (heading, line, bad) => {
  document.getElementById('heading').textContent = heading;
  document.getElementById('line').textContent = line;
  if (bad) document.getElementById('window').className = 'bad';
};

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error([body.detail, body.remedy].filter(Boolean).join(' ') || `The host answered ${response.status}.`);
  return body;
}

async function handOver(panel) {
  const asked = new URLSearchParams(location.search);
  const { csrf } = await answered(await fetch('/api/v1/session'));
  const headers = { 'content-type': 'application/json', 'x-tieline-csrf': csrf };
  const body = JSON.stringify({ tenant: asked.get('tenant') ?? '', challenge: asked.get('challenge') ?? '' });
  const { code } = await answered(await fetch('/auth/panel/code', { method: 'POST', headers, body }));
  // The browser delivers it only if whoever opened this window is a page of this very host.
  panel.postMessage({ type: 'tieline-panel-code', code }, location.origin);
  say('You are signed in', 'You can close this window.');
  window.close();
}

// A sign-in page in between may have cut this window off from the panel. Whoever comes again is signed in already.
if (!window.opener) say('You are signed in', 'Close this window, and press “Sign in” in the panel once more.');
else handOver(window.opener).catch((error) => say('Unable to sign in to the panel', error.message, true));
