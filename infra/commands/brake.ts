import { DefaultAzureCredential } from '@azure/identity';
import { brake } from './brake/brake.ts';

process.exitCode = await brake(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  credential: () => new DefaultAzureCredential(),
});
