import { checkInfra } from './check/check-infra.ts';

process.exitCode = await checkInfra(process.argv.slice(2), {
  environment: process.env,
  folder: import.meta.dirname,
  output: process.stdout,
  errors: process.stderr,
});
