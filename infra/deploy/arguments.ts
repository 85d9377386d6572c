import { CommandError } from '../commands/shared/command-error.ts';
import { parseOnlyOptions } from '../commands/shared/parse-options.ts';
import { readService, services } from '../commands/shared/services.ts';

export const environments = ['test', 'production'] as const;
export type Environment = (typeof environments)[number];

export interface DeployOptions {
  readonly environment: Environment;
  readonly whatIf: boolean;
  /** Name or id; undefined: the sign-in's default. */
  readonly subscription: string | undefined;
  readonly resourceGroup: string;
  /** Where a resource group that does not exist is made; undefined: none is made. */
  readonly location: string | undefined;
  /** A Secret Token to test the connection with. */
  readonly token: string | undefined;
  /** The service whose token that is. */
  readonly service: string;
}

export const usage = `Usage: npm run deploy -- --environment ${environments.join('|')} [--what-if]
  --what-if          shows what a deployment would change, and changes nothing
  --subscription     name or id; the sign-in's default without it (or AZURE_SUBSCRIPTION_ID)
  --resource-group   rg-bookme-scim-<environment> unless said otherwise
  --location         a region such as westeurope: makes the resource group there if there is none
  --token            a Secret Token of the environment, to test the connection with (or SCIM_TOKEN)
  --service          the service that the token is for, ${services.join(' or ')}; advisors unless said otherwise`;

const options = {
  environment: { type: 'string' },
  'what-if': { type: 'boolean' },
  subscription: { type: 'string' },
  'resource-group': { type: 'string' },
  location: { type: 'string' },
  token: { type: 'string' },
  service: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(
  argv: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): DeployOptions | 'help' {
  const values = parseOnlyOptions(argv, options, usage);
  if (values.help) return 'help';
  const environment = environments.find((one) => one === values.environment);
  if (!environment) throw new CommandError(`--environment has to be one of ${environments.join(', ')}.\n${usage}`);
  return {
    environment,
    whatIf: values['what-if'] ?? false,
    subscription: values.subscription || variables['AZURE_SUBSCRIPTION_ID'] || undefined,
    resourceGroup: values['resource-group'] || `rg-bookme-scim-${environment}`,
    location: values.location,
    token: values.token || variables['SCIM_TOKEN'] || undefined,
    service: readService(values.service ?? 'advisors', '--service').name,
  };
}
