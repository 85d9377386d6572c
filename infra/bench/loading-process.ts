/** Loads one bundle as the Node worker does, as the first thing in this process, and prints how long it took. */
import Module, { createRequire } from 'node:module';
import * as core from '../local/functions-core.ts';
import type { Loading } from './loading.ts';

const original = Module.prototype.require;
Module.prototype.require = function require(this: Module, id: string): unknown {
  return id === '@azure/functions-core' ? core : original.call(this, id);
};

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
