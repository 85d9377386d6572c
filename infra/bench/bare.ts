/** What the service is compared with: its dependencies bundled alike, with nothing around them. They are named so that the bundler keeps them. */
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { Ajv } from 'ajv';

export const dependencies = { TableClient, ManagedIdentityCredential, SecretClient, Ajv };

app.http('Bare', { methods: ['GET'], route: 'bare', authLevel: 'anonymous', handler: () => ({ status: 200 }) });
