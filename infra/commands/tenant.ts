import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { DefaultAzureCredential } from '@azure/identity';
import { tenant } from '../tenants/tenant.ts';

/** The next line of the standard input; empty where there is none. */
async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}

process.exitCode = await tenant(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  credential: () => new DefaultAzureCredential(),
  ask,
  wait: (seconds) => setTimeout(seconds * 1000),
});
