import type { Config } from '../../shared/config.ts';
import { textTable } from '../commands/shared/output.ts';

const HEADINGS = ['Environment', 'Tenant', 'Service', 'Tenant URL', 'Secret Token'];

/** What npm start prints in addition to the services. */
interface Announced {
  /** Where the data is, as text. */
  readonly data: string;
  /** The address of the console's page. */
  readonly page: string;
}

/** The text that npm start prints: the values that an administrator enters in Entra, where the data and the page are, and what to try next. */
export function announce(config: Config, { data, page }: Announced): string {
  const access = listAccess(config);
  const rows = access.map(({ tenant, service, url, token }) => ['local', tenant, service, url, token]);
  const [first] = access;
  return [
    first ? textTable([HEADINGS, ...rows]) : 'The Secret Tokens are in the key vault (SCIM_KEY_VAULT_URI).\n',
    data,
    `To watch the changes arrive in a browser:\n  ${page}`,
    ...(first ? ['Next, in another terminal, provision a sample directory:', `  ${provisionCommand(first)}`] : []),
    'Press Ctrl-C to stop.',
    '',
  ].join('\n');
}

/** The tenants that have a token in the settings. */
export const knownTenants = (config: Config): readonly string[] => [
  ...new Set(listAccess(config).map(({ tenant }) => tenant)),
];

/** The commands that provision a sample directory, by `<service>/<tenant>`. */
export const provisionCommands = (config: Config): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listAccess(config).map((access) => [`${access.service}/${access.tenant}`, provisionCommand(access)]),
  );

interface Access {
  readonly tenant: string;
  readonly service: string;
  readonly url: string;
  readonly token: string;
}

/** The first token of each tenant for each service, by tenant and then by service. */
function listAccess({ publicUrl, tokens }: Config): readonly Access[] {
  if (tokens.from === 'vault') return [];
  const services = Object.entries(tokens.tokens);
  const tenants = new Set(services.flatMap(([, byTenant]) => Object.keys(byTenant)));
  return [...tenants].flatMap((tenant) =>
    services.flatMap(([service, byTenant]) =>
      (byTenant[tenant] ?? [])
        .slice(0, 1)
        .map((token) => ({ tenant, service, url: `${publicUrl}/${service}/scim`, token })),
    ),
  );
}

const provisionCommand = ({ service, url, token }: Access): string =>
  `npm run provision -- --url ${url} --token ${token} --directory test/directories/${service}.json`;
