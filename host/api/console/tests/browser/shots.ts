// With SHOTS in the environment, cases leave behind what they saw, for people to look at.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('./shots', import.meta.url));

export async function shot(page: Page, name: string): Promise<void> {
  if (!process.env['SHOTS']) return;
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
}
