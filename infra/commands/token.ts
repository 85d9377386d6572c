import { DefaultAzureCredential } from '@azure/identity';
import { token } from '../tokens/token.ts';

process.exitCode = await token(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  credential: () => new DefaultAzureCredential(),
});
