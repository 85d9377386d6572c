import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { inBackground } from '../../../infra/console/server/background.ts';
import { openEnvironment } from '../../../infra/console/server/environment.ts';
import { handlerFor } from '../../../infra/console/server/handler.ts';
import { type RunningConsole, serveConsole } from '../../../infra/console/server/serve.ts';
import { type Azurite, startAzurite } from '../../../infra/local/azurite.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { columnsOf } from '../../../shared/store/columns.ts';
import { newState, rowOf } from '../../../shared/store/resource-row.ts';
import { tableOf } from '../../store/rows.ts';
import { describeInBrowser, openBrowser, openTab, shoot } from './browser.ts';

const PEOPLE = 20_000;
const AT_ONCE = 100;

let azurite: Azurite;
let site: RunningConsole;
let browser: Browser;
let page: Page;

/** Writes the rows of the resources as the service does, but not their index rows, which only the audit reads. */
async function seed(tables: string): Promise<void> {
  const table = tableOf('advisors', tables);
  await table.createTable();
  await tableOf('rooms', tables).createTable();
  const columns = columnsOf(advisors.resourceType);
  const at = new Date();
  const rowAt = (index: number) => {
    const attributes = {
      externalId: randomUUID(),
      userName: `person-${index}@contoso.com`,
      displayName: `Person ${String(index).padStart(5, '0')}`,
      active: index % 10 !== 0,
      addresses: [{ type: 'work', formatted: `Office ${index % 120}` }],
    };
    const rest = { created: at, lastModified: at, indexRows: new Map<string, string>(), preserved: {} };
    return rowOf(columns, 'contoso', newState(attributes.externalId, attributes, rest));
  };
  const groups = Array.from({ length: PEOPLE / AT_ONCE }, (_, group) => group * AT_ONCE).values();
  const worker = async () => {
    for (const start of groups)
      await table.submitTransaction(Array.from({ length: AT_ONCE }, (_, index) => ['create', rowAt(start + index)]));
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

describeInBrowser('20,000 people', () => {
  beforeAll(async () => {
    azurite = await startAzurite();
    await seed(azurite.connectionString);
    const environment = openEnvironment({
      tables: azurite.connectionString,
      place: 'the tests',
      credential: () => {
        throw new Error('Azurite asks for no sign-in.');
      },
      now: () => new Date(),
      tenants: [],
      vault: undefined,
      log: undefined,
      commands: {},
    });
    const withoutAudit = { ...environment, findings: inBackground(undefined, 0, async () => undefined) };
    site = await serveConsole({ handle: handlerFor(withoutAudit), port: 0 });
    browser = await openBrowser();
    ({ page } = await openTab(browser));
    await page.goto(site.address);
    await page.goto(`${new URL(site.address).origin}/advisors/contoso`);
    await page.locator('.found', { hasText: '20,000 of 20,000' }).waitFor({ timeout: 60_000 });
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await site.close();
    await azurite.close();
  });

  const frame = () => page.locator('.frame');
  const rows = () => page.locator('.resources tbody tr:not(.spacer)');

  test('can be scrolled to the end and back with the keyboard, while only a few rows are drawn', async () => {
    await frame().focus();
    await page.keyboard.press('End');
    await rows().filter({ hasText: 'Person 19999' }).waitFor();
    expect(await rows().count()).toBeLessThan(100);
    expect(await rows().last().getAttribute('aria-rowindex')).toBe('20001');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Home');
    await rows().filter({ hasText: 'Person 00000' }).waitFor();
    await shoot(page, 'large');
  });

  test('can be searched within 200 milliseconds', async () => {
    const milliseconds = await page.evaluate(`(async () => {
      const field = document.querySelector('input[type=search]');
      const found = document.querySelector('.found');
      const start = performance.now();
      const shown = new Promise((resolve) => new MutationObserver(() => resolve()).observe(found, { subtree: true, characterData: true, childList: true }));
      field.value = 'person-19998 office';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await shown;
      return performance.now() - start;
    })()`);
    expect(await page.locator('.found').innerText()).toBe('1 of 20,000');
    expect(milliseconds).toBeLessThan(200);
  });

  test('can be sorted by another column, and filtered by office and state', async () => {
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'office', exact: true }).click();
    await rows().filter({ hasText: 'Office 0' }).first().waitFor();
    await page.getByRole('button', { name: /^Office 119/ }).click();
    await page.locator('.found', { hasText: '166 of 20,000' }).waitFor();
    await page.getByRole('button', { name: 'disabled', exact: true }).click();
    await page.locator('.found', { hasText: '0 of 20,000' }).waitFor();
  });

  test('keep the position in the list when the reader opens one of them and returns', async () => {
    await page.goto(`${new URL(site.address).origin}/advisors/contoso`);
    await page.locator('.found', { hasText: '20,000 of 20,000' }).waitFor({ timeout: 60_000 });
    const link = page.getByRole('link', { name: 'Person 10005' });
    await page.evaluate('document.querySelector(".frame").scrollTop = 320_000');
    await link.click();
    await page.getByRole('heading', { level: 1, name: 'Person 10005' }).waitFor();
    await page.goBack();
    await link.waitFor();
    expect(await page.evaluate('document.querySelector(".frame").scrollTop')).toBe(320_000);
  });
});
