import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';

/** The outputs of the deployment of infra/main.bicep. */
export interface Deployed {
  /** By service. */
  readonly tenantUrls: Readonly<Record<string, string>>;
  readonly app: string;
  readonly keyVaultUri: string;
  readonly tablesUrl: string;
  /** The app's own host name, which works before the public one leads to the app. */
  readonly defaultHost: string;
  /** The value of the TXT record asuid.<public host name>. */
  readonly verificationId: string;
  /** The access restriction rules of the app, and those of its deployment (SCM) site. */
  readonly accessRules: readonly unknown[];
  readonly deploymentRules: readonly unknown[];
}

/** Reads the outputs that az deployment group create prints. Throws CommandError if one is missing. */
export function readDeployed(stdout: string): Deployed {
  const deployment = parseJson(stdout);
  const properties = isRecord(deployment) ? deployment['properties'] : undefined;
  const outputs = isRecord(properties) ? properties['outputs'] : undefined;
  const read = (name: string): unknown => {
    const output = isRecord(outputs) ? outputs[name] : undefined;
    if (isRecord(output) && output['value'] !== undefined) return output['value'];
    throw new CommandError(`The deployment has no output ${name}: infra/main.bicep has to define it.`);
  };
  return {
    tenantUrls: texts(read('tenantUrls')),
    app: String(read('functionAppName')),
    keyVaultUri: String(read('keyVaultUri')),
    tablesUrl: String(read('tablesUrl')),
    defaultHost: String(read('defaultHostName')),
    verificationId: String(read('domainVerificationId')),
    accessRules: list(read('accessRules')),
    deploymentRules: list(read('deploymentRules')),
  };
}

const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(isRecord(value) ? value : {}).map(([name, text]) => [name, String(text)]));

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
