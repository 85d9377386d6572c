import { setTimeout } from 'node:timers/promises';
import { provision } from '../provision/provision.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

process.exitCode = await provision(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  wait: (seconds) => setTimeout(seconds * 1000),
  stop: stop.signal,
});
