import { DefaultAzureCredential } from '@azure/identity';
import { audit } from './audit/audit.ts';

process.exitCode = await audit(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  credential: () => new DefaultAzureCredential(),
});
