import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../commands/shared/command-error.ts';
import { type AzContext, askAz, az, type Place } from './az.ts';
import type { Deployed } from './deployed.ts';

/**
 * Does the work with the app and its deployment site open to this machine, where the access restriction keeps it out: by a rule that is taken away
 * in the end, whatever comes. Throws CommandError where a rule cannot be set, and what the work throws.
 */
export async function withOpenDoor<T>(
  place: Place,
  deployed: Deployed,
  context: AzContext,
  work: () => Promise<T>,
): Promise<T> {
  const address = await refusedAddress(deployed.defaultHost, context);
  if (address === undefined) return work();
  context.output.write(
    `The access restriction keeps out ${address}, which is this machine: it is let in until the end.\n`,
  );
  await setRules(place, deployed, [ruleFor(address)], context);
  try {
    return await work();
  } finally {
    await setRules(place, deployed, [], context);
  }
}

/** App Service says in a header of its 403 whom it refuses: https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions */
async function refusedAddress(host: string, { fetch }: AzContext): Promise<string | undefined> {
  const signal = AbortSignal.timeout(30_000);
  const answer = await fetch(`https://${host}/health`, { signal, redirect: 'manual' }).catch(() => undefined);
  return answer?.status === 403 ? (answer.headers.get('x-ms-forbidden-ip') ?? undefined) : undefined;
}

const ruleFor = (address: string) => ({
  name: 'Deployment',
  priority: 50,
  action: 'Allow',
  tag: 'Default',
  ipAddress: `${address}/${address.includes(':') ? 128 : 32}`,
});

async function setRules(
  place: Place,
  { app, accessRules, deploymentRules }: Deployed,
  more: readonly object[],
  context: AzContext,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bookme-rules-')); // a file, because shells differ in how JSON is quoted
  const file = join(folder, 'rules.json');
  const properties = {
    ipSecurityRestrictions: [...more, ...accessRules],
    scmIpSecurityRestrictions: [...more, ...deploymentRules],
  };
  writeFileSync(file, JSON.stringify({ properties }));
  try {
    await askAz(az.setRules(place, app, file), context);
  } catch (error) {
    const left =
      'The rule "Deployment" of the app\'s access restriction could not be taken away: deploy again, or delete it.';
    throw more.length === 0 ? new CommandError(left) : error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
