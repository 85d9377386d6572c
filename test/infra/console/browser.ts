import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find(existsSync);
const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');

/** describe for tests that need a browser. Without a browser they are skipped, and a message says so. */
export const describeInBrowser = executablePath === undefined ? describe.skip : describe;
if (executablePath === undefined)
  process.stderr.write(
    'The tests of the console in a browser are skipped: there is no chromium here (apt-get install chromium).\n',
  );

export interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The errors that the browser reported: errors of scripts, and violations of the page's policy. */
  readonly complaints: readonly string[];
}

export interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** Starts the browser that the tests of a file share. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch(executablePath === undefined ? {} : { executablePath });

/** Opens a new profile with one tab in Copenhagen's time zone. */
export async function openTab(browser: Browser, { width = 1600, colorScheme = 'light' }: Look = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width, height: 1000 },
    colorScheme,
    timezoneId: 'Europe/Copenhagen',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** Writes a screenshot to a folder that git ignores. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
