/** Loads one bundle as the Node worker does, as the first thing in this process, and prints how long it took. */
import { createRequire } from 'node:module';
import { provideCoreModule } from '../local/core-module.ts';
import type { Loading } from './loading.ts';

provideCoreModule();

function load(path: string): Loading {
  const require = createRequire(path);
  const before = process.cpuUsage();
  const started = performance.now();
  require(path);
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 };
}

console.log(JSON.stringify(load(process.argv[2] ?? '')));
process.exit();
