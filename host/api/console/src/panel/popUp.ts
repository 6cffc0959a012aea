// A window for signing in. It is opened at once, since browsers allow that only while somebody presses a button. What
// becomes of it is asked of the host: the window leads to other sites, which need not tell.

import { Refusal } from '../api/http';

/** How often one asks, in milliseconds. */
const ASK = 1_500;
/** For how long somebody may be expected to sign in, in milliseconds. */
export const PATIENCE = 5 * 60_000;

/** An empty window. It has no name by which a page around this one could lead it elsewhere. */
export function openWindow(): Window {
  const opened = open('about:blank', '_blank', 'popup,width=520,height=680');
  if (!opened) {
    throw new Refusal(0, { code: 'panel.pop-up-blocked', message: 'The browser did not open a window to sign in.', remedy: 'Allow pop-ups for this page and press again.' });
  }
  return opened;
}

/** Opens `address`, and waits until `done`, or until nobody can be expected to sign in any more. */
export async function popUp(address: () => Promise<string> | string, done: () => Promise<boolean>): Promise<void> {
  const opened = openWindow();
  try {
    opened.location.replace(await address());
  } catch (error) {
    opened.close();
    throw error;
  }
  for (const until = Date.now() + PATIENCE; Date.now() < until && !(await done()); ) await new Promise((wait) => setTimeout(wait, ASK));
}
