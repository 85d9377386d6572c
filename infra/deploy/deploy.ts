import { CommandError } from '../commands/shared/command-error.ts';
import { type AzContext, az, type Place, readAz, runAz } from './az.ts';
import { testConnection } from './connection-test.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import { readHealth, waitForHealth } from './health.ts';
import { findPlace, type PlaceOptions } from './place.ts';
import { type Release, readRelease, templateOf } from './release.ts';
import { withTemporaryRule } from './temporary-rule.ts';
import { upload } from './upload.ts';

/** What to deploy, where, and how to test it. */
export interface DeployOptions extends PlaceOptions {
  /** A folder that npm run release made; undefined to build the project. */
  readonly release: string | undefined;
  /** A Secret Token to test the connection with. */
  readonly token: string | undefined;
  /** The service that the token is for. */
  readonly service: string;
}

/** What the command gets from the process that it runs in. */
export interface DeployContext extends AzContext {
  readonly now: () => Date;
  /** Builds the app and packs it. */
  readonly pack: () => Promise<Release>;
}

/** Deploys one environment, or shows what a deployment would change. Throws CommandError. */
export async function deployEnvironment(options: DeployOptions, context: DeployContext): Promise<void> {
  const template = templateOf(options.environment, options.release);
  const place = await findPlace(options, context);
  if (options.whatIf) return showWhatIf(place, template, context);
  // the build comes first, so that nothing is deployed if it fails
  const { archive, commit } = options.release ? readRelease(options.release) : await context.pack();
  context.output.write('The next command takes some minutes.\n');
  const deployed = readDeployed(await readAz(az.deploy(place, nameDeployment(options, context), template), context));
  await withTemporaryRule(place, deployed, context, async () => {
    await upload({ place, app: deployed.app, archive }, context);
    await waitForHealth(deployed.defaultHost, commit, context);
    await checkConnection(options, deployed, context);
  });
  context.output.write(summaryOf(options, deployed));
}

async function showWhatIf(place: Place, template: readonly string[], context: DeployContext): Promise<void> {
  const { code } = await runAz(az.whatIf(place, template), context, 'all');
  if (code !== 0) throw new CommandError('What-if failed. The message of az is above.');
}

/** Each deployment has a different name, so that the resource group keeps their history. */
const nameDeployment = ({ environment }: DeployOptions, { now }: DeployContext): string =>
  `scim-${environment}-${now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;

async function checkConnection(options: DeployOptions, deployed: Deployed, context: DeployContext): Promise<void> {
  const tenantUrl = await findTenantUrl(options, deployed, context);
  if (options.token === undefined) return void context.output.write('No --token, so the connection test is skipped.\n');
  await testConnection(tenantUrl, options.token, context);
  context.output.write('The connection test succeeded.\n');
}

/** The Tenant URL, with the app's own host name if the public one does not lead to the app yet. */
async function findTenantUrl({ service }: DeployOptions, deployed: Deployed, context: DeployContext) {
  const tenantUrl = deployed.tenantUrls[service] ?? '';
  const { host, pathname } = new URL(tenantUrl);
  if (host === deployed.defaultHost) return tenantUrl;
  context.output.write(`GET https://${host}/health\n`);
  const { status, text } = await readHealth(host, context);
  if (status === 200) return tenantUrl;
  context.output.write(
    [
      `https://${host} does not lead to the app yet (${text}). Create these DNS records, then bind the host name (docs/deploy.md):`,
      `  CNAME  ${host}        ${deployed.defaultHost}`,
      `  TXT    asuid.${host}  ${deployed.verificationId}\n`,
    ].join('\n'),
  );
  return `https://${deployed.defaultHost}${pathname}`;
}

function summaryOf({ environment }: DeployOptions, { tenantUrls, keyVaultUri, tablesUrl }: Deployed): string {
  const lines = Object.entries(tenantUrls).map(([service, url]) => `  ${service.padEnd(10)}${url}`);
  const [first = ''] = Object.values(tenantUrls);
  return [
    `Deployed: ${environment}. Tenant URLs:`,
    ...lines,
    'The settings for the operator commands (docs/tokens.md):',
    `  export SCIM_PUBLIC_URL=${new URL(first).origin}`,
    `  export SCIM_TABLES=${tablesUrl}`,
    `  export SCIM_KEY_VAULT_URI=${keyVaultUri}`,
    'To issue a Secret Token for a bank:',
    '  npm run --silent token -- issue --service all --tenant <bank>\n',
  ].join('\n');
}
