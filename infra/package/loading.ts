/** Loads one app as the Node worker does, in a process that has loaded nothing of it, and prints the milliseconds that took. */
import Module, { createRequire } from 'node:module';
import * as core from '../local/functions-core.ts';

const original = Module.prototype.require;
Module.prototype.require = function require(this: Module, id: string): unknown {
  return id === '@azure/functions-core' ? core : original.call(this, id);
};

const entry = process.argv[2] ?? '';
const require = createRequire(entry);
const started = performance.now();
require(entry);
console.log(performance.now() - started);
process.exit();
