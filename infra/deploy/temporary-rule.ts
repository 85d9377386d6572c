import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../commands/shared/command-error.ts';
import { type AzContext, az, type Place, readAz } from './az.ts';
import type { Deployed } from './deployed.ts';

/**
 * Runs `work`. If the access restriction blocks this machine, a temporary rule allows it to reach the app and its deployment site. The rule is
 * removed at the end, even if `work` fails. Throws CommandError if the rule cannot be set or removed, and what `work` throws.
 */
export async function withTemporaryRule<T>(
  place: Place,
  deployed: Deployed,
  context: AzContext,
  work: () => Promise<T>,
): Promise<T> {
  const address = await refusedAddress(deployed.defaultHost, context);
  if (address === undefined) return work();
  context.output.write(
    `The access restriction blocks ${address}, the address of this machine. A temporary rule allows it during the deployment.\n`,
  );
  await setRules(place, deployed, [ruleFor(address)], context);
  try {
    return await work();
  } finally {
    await setRules(place, deployed, [], context);
  }
}

/** The address of this machine if the app refuses it. App Service returns the refused address in a header: https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions */
async function refusedAddress(host: string, { fetch }: AzContext): Promise<string | undefined> {
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(`https://${host}/health`, { signal, redirect: 'manual' }).catch(() => undefined);
  return response?.status === 403 ? (response.headers.get('x-ms-forbidden-ip') ?? undefined) : undefined;
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
  const folder = mkdtempSync(join(tmpdir(), 'bookme-rules-')); // a file, because shells quote JSON differently
  const file = join(folder, 'rules.json');
  const properties = {
    ipSecurityRestrictions: [...more, ...accessRules],
    scmIpSecurityRestrictions: [...more, ...deploymentRules],
  };
  writeFileSync(file, JSON.stringify({ properties }));
  try {
    await readAz(az.setRules(place, app, file), context);
  } catch (error) {
    const left =
      'The rule "Deployment" could not be removed from the app\'s access restriction: deploy again, or delete the rule.';
    throw more.length === 0 ? new CommandError(left) : error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
