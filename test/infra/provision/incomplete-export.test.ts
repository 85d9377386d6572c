import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DirectoryUser } from '../../../infra/provision/mapping.ts';
import { emptyService } from './empty-service.ts';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna } from './sample-users.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('an export in which known users are missing', () => {
  const staff = (count: number): readonly DirectoryUser[] =>
    Array.from({ length: count }, (_, index) => ({
      ...anna,
      id: `id-${index}`,
      userPrincipalName: `u${index}@contoso.com`,
    }));
  const isDelete = (line: string) => line.startsWith('DELETE');

  async function createStaff(count: number) {
    const { url, lines } = await workplace.serve(emptyService);
    await workplace.run(url, staff(count));
    return { url, deletions: () => lines().filter(isDelete).length };
  }

  test('is refused if more than a tenth is missing and there is no terminal', async () => {
    const { url, deletions } = await createStaff(20);
    const { code, errors } = await workplace.run(url, staff(17));
    expect(errors).toBe(
      '3 of the 20 users of the last cycle, more than a tenth, are missing from the export and would be permanently deleted.\n' +
        'Is the export complete? Nothing was changed. If these users were really deleted, use --allow-removals.\n',
    );
    expect({ code, deletions: deletions() }).toEqual({ code: 1, deletions: 0 });
    expect(await workplace.run(url, staff(17), '--allow-removals')).toMatchObject({ code: 0 });
    expect(deletions()).toBe(3);
  });

  test('is accepted without a question if a tenth is missing', async () => {
    const { url, deletions } = await createStaff(20);
    expect(await workplace.run(url, staff(18))).toMatchObject({ code: 0 });
    expect(deletions()).toBe(2);
  });

  test.each([
    ['3', 0, 3],
    ['yes', 1, 0],
    ['', 1, 0],
  ])('is accepted on a terminal only if the number of missing users is typed: "%s"', async (typed, code, deleted) => {
    const { url, deletions } = await createStaff(20);
    const run = await workplace.runIn({ typed }, url, staff(17));
    expect(run.questions).toEqual([expect.stringMatching(/^3 of the 20 users .* Type 3 to delete them: $/)]);
    expect({ code: run.code, deleted: deletions() }).toEqual({ code, deleted });
    expect(run.errors).toMatch(
      code === 0 ? /^$/ : /^Is the export complete\? You did not type that number, so nothing was changed\./,
    );
  });
});

describe('a field that no exported user has', () => {
  test('is reported, because it may have been forgotten', async () => {
    const { url } = await workplace.serve(emptyService);
    const { id, userPrincipalName, displayName, givenName, surname } = anna;
    const { output } = await workplace.run(url, [{ id, userPrincipalName, displayName, givenName, surname }]);
    expect(output).toMatch(
      /^No user in the export has (\w+, )*officeLocation, (\w+, )*accountEnabled \(all users count as enabled\), assigned \(all users count as assigned\)\. docs\/provision.md lists/,
    );
    expect((await workplace.run(url, [anna])).output).not.toContain('No user in the export');
  });
});
