// Debian's chromium, and pages that notice what should never happen: errors, and what the security policy refused.

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** What did not come within this time, in milliseconds, does not come. */
const PATIENCE = 30_000;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ARGUMENTS });

export interface Visit {
  page: Page;
  /** What was wrong until now. */
  wrong: string[];
}

/** A page of a browser of its own: nothing of another case is in it. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  // That the host refused something is told by the page; the browser's own line about it is no fault.
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) wrong.push(line.text());
  });
  await page.goto(url);
  return { page, wrong };
}
