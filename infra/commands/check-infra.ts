import { join } from 'node:path';
import { checkInfra } from '../check/check-infra.ts';

process.exitCode = await checkInfra(process.argv.slice(2), {
  environment: process.env,
  folder: join(import.meta.dirname, '..'),
  output: process.stdout,
  errors: process.stderr,
});
