import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { byExternalId, byUserName, emptyService } from './empty-service.ts';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('--dry-run', () => {
  test('queries the service, shows what would be sent, and changes neither the service nor the state', async () => {
    const { url, lines } = await workplace.serve(emptyService);
    const { code, output } = await workplace.run(url, [anna], '--dry-run');
    expect(lines()).toEqual([byExternalId, byUserName]);
    expect(output).toMatch(/^Would send POST \/Users\n {2}\{\n[\s\S]*"displayName": "Anna Ø"/m);
    expect(output).toMatch(/This was a dry run: neither the service nor the state was changed[\s\S]*created +1\n/);
    expect(code).toBe(0);
    await expect(readFile(workplace.state)).rejects.toThrow('ENOENT');
  });

  test('shows updates and deletions, and that the deletions would need a confirmation', async () => {
    const { url, lines } = await workplace.serve(emptyService);
    await workplace.run(url, [anna, bo]);
    const before = { sent: lines().length, state: await readFile(workplace.state, 'utf8') };
    const { code, output } = await workplace.run(url, [{ ...anna, displayName: 'Anna Holm' }], '--dry-run');
    expect(
      lines()
        .slice(before.sent)
        .filter((line) => !line.startsWith('GET')),
    ).toEqual([]);
    expect(output).toMatch(/^Would send PATCH \/Users\/id-1\n[\s\S]*"value": "Anna Holm"/m);
    expect(output).toMatch(/^Would send DELETE \/Users\/id-1\n/m);
    expect(output).toMatch(
      /^1 of the 2 users .* The command would ask for confirmation first, or need --allow-removals\.$/m,
    );
    expect(code).toBe(0);
    expect(await readFile(workplace.state, 'utf8')).toBe(before.state);
  });
});
