// A browser for all cases of a file, and a host and a page of its own for each.

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launch, visit } from './browser';
import { start, type Host } from './host';

export interface Stage {
  host: Host;
  page: Page;
  open: (path: string, options?: BrowserContextOptions) => Promise<void>;
  button: (name: string | RegExp) => Locator;
  /** What was changed, in a line each. */
  asked: () => string[];
}

/** Sets the stage for the cases of a file. Each ends with nothing in the browser's console that should not be there. */
export function stage(base: string, usual: BrowserContextOptions = {}): Stage {
  let browser: Browser;
  let wrong: string[] = [];
  const set = {} as Stage;
  set.open = async (path, options = {}) => {
    ({ page: set.page, wrong } = await visit(browser, set.host.url + base + path, { ...usual, ...options }));
  };
  set.button = (name) => set.page.getByRole('button', { name });
  set.asked = () => set.host.changed.map(({ method, path }) => `${method} ${path}`);
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    set.host = await start();
  });
  afterEach(async () => {
    expect(wrong).toEqual([]);
    await set.page.context().close();
    await set.host.stop();
  });
  return set;
}
