import { az, type Place, runAz } from './az.ts';
import { azFailure } from './az-error.ts';
import { testConnection } from './connection-test.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import { askHealth, waitForHealth } from './health.ts';
import { checkPrerequisites, type DeployOptions } from './prerequisites.ts';
import { type UploadContext, upload } from './upload.ts';
import { showWhatIf } from './what-if.ts';

/** What the command needs of the process that it runs in. */
export interface DeployContext extends UploadContext {
  readonly now: () => Date;
  /** Builds the app and packs it; resolves to the archive. */
  readonly pack: () => Promise<string>;
}

/** Deploys one environment, or shows what that would change. Throws CommandError. */
export async function deployEnvironment(options: DeployOptions, context: DeployContext): Promise<void> {
  const place = await checkPrerequisites(options, context);
  if (options.whatIf) return predict(options, place, context);
  const archive = await context.pack(); // before anything is changed: what cannot be built is not deployed
  const deployed = await deployInfrastructure(options, place, context);
  await upload({ place, app: deployed.app, archive }, context);
  await check(options, deployed, context);
  context.output.write(farewell(options, deployed));
}

async function predict(options: DeployOptions, place: Place, context: DeployContext): Promise<void> {
  const { environment } = options;
  const ended = await runAz(az.whatIf(place, nameDeployment(options, context), environment), context);
  if (ended.code !== 0) throw azFailure('What-if failed', ended);
  showWhatIf(ended.stdout, context.output);
}

async function deployInfrastructure(options: DeployOptions, place: Place, context: DeployContext) {
  context.output.write('The next one takes some minutes.\n');
  const command = az.deploy(place, nameDeployment(options, context), options.environment);
  const ended = await runAz(command, context);
  if (ended.code !== 0) throw azFailure('The deployment failed', ended);
  return readDeployed(ended.stdout);
}

/** Of its own for each deployment, so that the resource group keeps their history. */
const nameDeployment = ({ environment }: DeployOptions, { now }: DeployContext): string =>
  `scim-${environment}-${now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;

async function check(options: DeployOptions, deployed: Deployed, context: DeployContext): Promise<void> {
  const { output } = context;
  if (!(await waitForHealth(deployed.defaultHost, deployed.isRestricted, context))) {
    output.write(
      'Only Entra and deployerAddresses may call this environment, and this machine is neither: health and connection are not checked.\n',
    );
    return;
  }
  const tenantUrl = await findTenantUrl(options, deployed, context);
  if (options.token === undefined) return void output.write('No --token: the connection test is left out.\n');
  await testConnection(tenantUrl, options.token, context);
  output.write('The connection test is passed.\n');
}

/** The Tenant URL, or the same under the app's own host name where the public one does not lead to the app yet. */
async function findTenantUrl({ service }: DeployOptions, deployed: Deployed, context: DeployContext) {
  const tenantUrl = deployed.tenantUrls[service] ?? '';
  const { host, pathname } = new URL(tenantUrl);
  if (host === deployed.defaultHost) return tenantUrl;
  context.output.write(`GET https://${host}/health\n`);
  const { status, words } = await askHealth(host, context);
  if (status === 200) return tenantUrl;
  context.output.write(
    [
      `https://${host} does not lead to the app yet (${words}). Its DNS records, before the host name can be bound (docs/deploy.md):`,
      `  CNAME  ${host}        ${deployed.defaultHost}`,
      `  TXT    asuid.${host}  ${deployed.verificationId}\n`,
    ].join('\n'),
  );
  return `https://${deployed.defaultHost}${pathname}`;
}

function farewell({ environment }: DeployOptions, { tenantUrls, keyVaultUri }: Deployed): string {
  const lines = Object.entries(tenantUrls).map(([service, url]) => `  ${service.padEnd(10)}${url}`);
  return [
    `Deployed: ${environment}. Tenant URLs:`,
    ...lines,
    'A bank gets its Secret Tokens with (docs/tokens.md):',
    `  npm run token -- issue --service all --tenant <bank> --vault ${keyVaultUri}\n`,
  ].join('\n');
}
