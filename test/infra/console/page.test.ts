import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { clientOf, patchOp, user } from '../../service/client.ts';
import { startAttacker } from './attacker.ts';
import { describeInBrowser, openBrowser, openTab, shoot, type Tab } from './browser.ts';
import { type ConsoleSite, openSite } from './site.ts';

let site: ConsoleSite;
let browser: Browser;
let tab: Tab;
let page: Page;

/** A person of the sample directory who is updated on the next day, and one who is not. */
const UPDATED = 'a398d022-d435-4df4-8322-905089933837';
const UNTOUCHED = 'f6fadfa7-e5c1-4b62-9362-da5cc13da58a';

/** A script that returns the findings of axe-core, one line each. Only colours depend on the scheme. */
const violations = (colorScheme: 'light' | 'dark'): string => {
  const only = colorScheme === 'dark' ? ", runOnly: ['color-contrast']" : '';
  return `axe.run({ resultTypes: ['violations']${only} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`;
};

/** A script that returns whether the page fits without scrolling sideways. */
const FITS = 'document.documentElement.scrollWidth <= innerWidth';

const pathTo = (...parts: string[]): string => ['', 'advisors', site.tenant.name, ...parts].join('/');
const rows = () => page.locator('.resources tbody tr:not(.spacer)');
const shownNames = () => page.locator('.resources tbody th').allInnerTexts();

/** Waits until the page shows a text, without a reload, and returns how many milliseconds that took. */
async function untilShown(text: string | RegExp, timeout = 5_000): Promise<number> {
  const start = performance.now();
  await page.getByText(text).first().waitFor({ timeout });
  return performance.now() - start;
}

describeInBrowser('the page', () => {
  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), openBrowser()]);
    tab = await openTab(browser);
    page = tab.page;
    await page.goto(site.address());
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test('tells a newcomer what to do next, and has no secret in its address', async () => {
    await untilShown('Nothing has arrived yet');
    expect(page.url()).toBe(`${site.origin}/`);
    expect(await page.locator('.command code').innerText()).toMatch(/^npm run provision -- /);
    await shoot(page, 'empty');
  });

  test('shows new resources without a reload', async () => {
    await page.evaluate('window.sameDocument = true');
    await site.provision('advisors', 'advisors');
    await untilShown('62 active');
    await site.provision('rooms', 'rooms');
    expect(await untilShown('22 active')).toBeLessThan(2_000);
    await site.provision('advisors', 'advisors-next-day');
    await untilShown('62 active · 3 disabled', 2_000);
    await untilShown('All is well.');
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    await shoot(page, 'overview');
  });

  test('shows the chart of a directory, the same numbers as a table, its people and its offices', async () => {
    await page.getByRole('link', { name: /^advisors/ }).click();
    await page.getByRole('heading', { name: `${site.tenant.name}, advisors` }).waitFor();
    await page.getByRole('button', { name: 'Show as a table' }).click();
    const cells = page.locator('.numbers tbody tr').first().locator('td');
    expect(await cells.allInnerTexts()).toEqual(['68', '10', '4', '0', '3']);
    expect(await page.locator('.strip .number').allInnerTexts()).toEqual(['68', '10', '4', '0', '3']);
    expect(await page.locator('.resources').getAttribute('aria-rowcount')).toBe('66');
    expect((await page.locator('.groups li').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toContain(
      'Havnen 2, 8000 Aarhus C 12',
    );
    await page.getByRole('button', { name: 'Hide the table' }).click();
    await shoot(page, 'directory');
  });

  test('sorts in Danish alphabetical order, and keeps the view in the address', async () => {
    await page.getByRole('button', { name: 'displayName' }).click();
    expect(await shownNames()).toContain('Åse Ågård');
    expect(page.url()).toContain('sort=-displayName');
    await page.getByRole('searchbox').fill('søren havnen');
    await page.locator('.found', { hasText: '1 of 65' }).waitFor();
    expect(await shownNames()).toEqual(['Søren Kierkegård-Møller']);
    await page.reload();
    await page.locator('.found', { hasText: '1 of 65' }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('søren havnen');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'disabled', exact: true }).click();
    await page.locator('.found', { hasText: '3 of 65' }).waitFor();
    await page.goBack();
    await page.locator('.found', { hasText: '65 of 65' }).waitFor();
  });

  test('shows the values of one person, their sources and their history', async () => {
    await page.goto(site.origin + pathTo('id', UPDATED));
    await page.getByRole('heading', { name: 'Camilla' }).waitFor();
    const line = page.locator('.lines').first().locator('tr', { hasText: 'addresses[type eq "work"].formatted' });
    expect((await line.locator('td').allInnerTexts()).at(-1)).toBe('physicalDeliveryOfficeName');
    const history = await page.locator('.timeline li').allInnerTexts();
    expect(history.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^\d\d:\d\d updated userName, name.familyName, displayName · token [0-9a-f]{8}$/),
      expect.stringMatching(/^\d\d:\d\d created · token [0-9a-f]{8}$/),
    ]);
    await page.getByText('As SCIM').click();
    expect(await page.locator('pre').innerText()).toContain(`"id": "${UPDATED}"`);
    await page.getByText('As columns of the table').click();
    expect(await page.locator('.lines').nth(1).innerText()).toContain('office');
    await page.getByText('As SCIM').click();
    await page.getByText('As columns of the table').click();
    await shoot(page, 'person');
  });

  test('shows the exact local time and UTC when a time has the focus', async () => {
    await page.locator('.timeline time').first().focus();
    const shown = await page.evaluate("getComputedStyle(document.activeElement, '::after').content");
    expect(shown).toMatch(
      /^"\d+ \w+ 20\d\d, \d\d:\d\d:\d\d Europe\/Copenhagen · 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC"$/,
    );
  });

  test('marks a row that changes, and keeps it in its place', async () => {
    await page.goto(site.origin + pathTo());
    const row = rows().filter({ hasText: 'Anne-Sofie' });
    await row.waitFor();
    const before = await shownNames();
    const scim = clientOf({ url: site.serviceUrl }, 'advisors', site.tenant);
    const Operations = [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Replace', path: 'displayName', value: 'Ørsted' },
    ];
    await scim('PATCH', `/Users/${UNTOUCHED}`, patchOp(...Operations));
    expect(await untilShown('Ørsted')).toBeLessThan(2_000);
    const changed = rows().filter({ hasText: 'Ørsted' });
    expect(await changed.innerText()).toContain('disabled');
    expect(await changed.getAttribute('class')).toBe('fresh');
    expect(await shownNames()).toEqual(before.map((name) => (name === 'Anne-Sofie Sørensen' ? 'Ørsted' : name)));
  });

  test('keeps deleted people in place, and new people at the end, until the reader sorts again', async () => {
    const scim = clientOf({ url: site.serviceUrl }, 'advisors', site.tenant);
    await scim('DELETE', `/Users/${UNTOUCHED}`);
    await rows().filter({ hasText: 'deleted' }).waitFor({ timeout: 2_000 });
    await scim('POST', '/Users', user({ userName: 'aa@contoso.com', displayName: 'A. Andersen' }));
    await page.locator('.found', { hasText: '1 new at the end' }).waitFor({ timeout: 2_000 });
    expect(await shownNames()).not.toContain('A. Andersen');
    await page.getByRole('button', { name: 'Sort the list' }).click();
    await rows().filter({ hasText: 'A. Andersen' }).waitFor();
    expect((await shownNames())[0]).toBe('A. Andersen');
    expect(await rows().filter({ hasText: 'deleted' }).count()).toBe(0);
  });

  test('shows the history of a deleted person', async () => {
    await page.goto(site.origin + pathTo('id', UNTOUCHED));
    await untilShown('The resource was deleted');
    expect(await page.locator('.timeline strong').allInnerTexts()).toEqual(['deleted', 'disabled', 'created']);
  });

  describe('compared with an export', () => {
    const result = () => page.getByRole('status');

    test('shows that nothing differs, or what differs, and does not upload the file', async () => {
      await page.goto(site.origin + pathTo('compare').replace('advisors', 'rooms'));
      await page.locator('input[type=file]').setInputFiles('test/directories/rooms.json');
      await result().getByText('the same. All 22 users').waitFor();
      const sent: string[] = [];
      page.on('request', (request) => sent.push(`${request.method()} ${request.postData() ?? ''}`));
      await drop(await readFile('test/directories/rooms-next-day.json', 'utf8'));
      await result().getByText('rooms.json: ').waitFor();
      expect(await result().innerText()).toMatch(
        /\d+ users the same · 2 missing here · 1 extra here · 9 values different/,
      );
      expect(new Set(sent)).toEqual(new Set(['GET ']));
      await shoot(page, 'compare');
    });

    test('explains in one sentence what is wrong with a file', async () => {
      await drop('{"value": 1}');
      await result().getByText('must be {"value": [users]}').waitFor();
    });

    /** Drops a file with this text on the page as a user does. */
    const drop = async (text: string): Promise<void> => {
      const transfer = await page.evaluateHandle(`{
        const data = new DataTransfer();
        data.items.add(new File([${JSON.stringify(text)}], 'rooms.json', { type: 'application/json' }));
        data;
      }`);
      await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
    };
  });

  describe('with hostile names', () => {
    const HOSTILE = [
      '<img src=x onerror="window.attacked = true">',
      '\u202Eevil\u2066 right to left',
      'ᚠ'.repeat(256),
      '{{7*7}} </script><script>window.attacked = true</script>',
      '\u001B[31mcontrol',
    ];

    test('shows them as isolated text that does not leave its place', async () => {
      const scim = clientOf({ url: site.serviceUrl }, 'advisors', site.tenant);
      const ids: string[] = [];
      for (const [at, displayName] of HOSTILE.entries()) {
        const addresses = [{ type: 'work', formatted: displayName }];
        const { body } = await scim('POST', '/Users', user({ userName: `hostile-${at}`, displayName, addresses }));
        ids.push(String(body['id']));
      }
      await page.goto(`${site.origin}${pathTo()}?q=hostile-`);
      await page.locator('.found', { hasText: '5 of' }).waitFor();
      expect((await page.locator('.resources tbody th bdi').allTextContents()).toSorted()).toEqual(HOSTILE.toSorted());
      const isolation = await page.evaluate(
        "getComputedStyle(document.querySelector('.resources tbody th bdi')).unicodeBidi",
      );
      expect(isolation).toBe('isolate');
      expect(await page.evaluate(FITS)).toBe(true);
      for (const id of ids) {
        await page.goto(site.origin + pathTo('id', id));
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(await page.evaluate(FITS)).toBe(true);
      }
      expect(await page.evaluate('window.attacked')).toBeUndefined();
      expect(await page.locator('main img').count()).toBe(0);
      await page.goto(`${site.origin}${pathTo()}?q=hostile-`);
      await page.locator('.found', { hasText: '5 of' }).waitFor();
      await shoot(page, 'hostile');
    });
  });

  describe('has no violation that axe-core finds, light and dark, at 360 and 1,600 pixels', () => {
    test.each<[string, () => string]>([
      ['the overview', () => '/'],
      ['a directory', () => `${pathTo()}?as=table&by=day`],
      ['a person', () => pathTo('id', UPDATED)],
      ['a comparison', () => pathTo('compare')],
    ])(
      '%s',
      async (name, path) => {
        await page.goto(site.origin + path());
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByText('Reading the ').first().waitFor({ state: 'detached' });
        await page.evaluate(axe.source);
        for (const width of [360, 1600]) {
          await page.setViewportSize({ width, height: 1000 });
          expect(await page.evaluate(FITS)).toBe(true);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            expect(await page.evaluate(violations(colorScheme))).toEqual([]);
            await shoot(page, `${name} ${width} ${colorScheme}`);
          }
        }
        await page.emulateMedia({ colorScheme: 'light' });
      },
      60_000,
    );
  });

  describe('shows nothing to', () => {
    test('a browser with a wrong key', async () => {
      const stranger = await openTab(browser);
      const answer = await stranger.page.goto(`${site.origin}/?key=wrong`);
      expect(answer?.status()).toBe(403);
      expect(await stranger.page.locator('body').innerText()).toMatch(/^Open the newest address/);
      await stranger.context.close();
    });

    test('a page of another local origin in the same browser, or to the server of that page', async () => {
      const attacker = await startAttacker(site.origin);
      const other = await tab.context.newPage();
      await other.goto(attacker.url);
      await other.getByText('done').waitFor();
      expect((await other.locator('#outcomes').innerText()).split(' ')).toEqual([
        'refused',
        'refused',
        'refused',
        'refused',
      ]);
      const stolen = await fetch(`${site.origin}/api/overview`, { headers: { cookie: attacker.cookie() } });
      expect(attacker.cookie()).toContain('bookme-console-');
      expect(stolen.status).toBe(403);
      await other.close();
      attacker.stop();
    });
  });

  test('can be used with the keyboard alone', async () => {
    await page.goto(`${site.origin}/`);
    await page.getByRole('link', { name: /^advisors/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `${site.tenant.name}, advisors` }).waitFor();
    await page.locator('.resources').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('camilla');
    await page.locator('.found', { hasText: '1 of' }).waitFor();
    await page.getByRole('link', { name: 'Camilla' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Camilla' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
  });

  test('did nothing in these tests that its own policy forbids', () => {
    expect(tab.complaints.filter((one) => !one.includes('404'))).toEqual([]);
  });
});
