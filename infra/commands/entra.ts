import { setTimeout } from 'node:timers/promises';
import { DefaultAzureCredential } from '@azure/identity';
import { entra } from '../entra/entra.ts';
import { openKeyboard } from '../entra/keyboard.ts';

process.exitCode = await entra(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  credential: () => new DefaultAzureCredential(),
  wait: (seconds) => setTimeout(seconds * 1000),
  folder: process.cwd(),
  ...openKeyboard(process.stdin, process.stderr),
});
