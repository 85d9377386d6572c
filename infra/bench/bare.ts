/** The bundle to which the service is compared: only its dependencies, bundled in the same way. The export keeps the bundler from removing them. */
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { Ajv } from 'ajv';

export const dependencies = { TableClient, ManagedIdentityCredential, SecretClient, Ajv };

app.http('Bare', { methods: ['GET'], route: 'bare', authLevel: 'anonymous', handler: () => ({ status: 200 }) });
