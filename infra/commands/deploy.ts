import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deploy } from '../deploy/deploy.ts';
import { external } from '../deploy/external.ts';
import { packApp } from '../package/pack.ts';

process.chdir(join(import.meta.dirname, '../..')); // the command lines name files of the project

process.exitCode = await deploy(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  wait: (seconds) => sleep(seconds * 1000),
  external,
  pack: async () => {
    console.log('$ npm run package');
    return packApp();
  },
});
