import Module from 'node:module';
import * as core from './functions-core.ts';

/** Makes every `require('@azure/functions-core')` return functions-core.ts, as the Node worker provides its own module. */
export function provideCoreModule(): void {
  const original = Module.prototype.require;
  Module.prototype.require = function require(this: Module, id: string): unknown {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
}
