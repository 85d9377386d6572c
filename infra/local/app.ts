import Module, { createRequire } from 'node:module';
import { resolve } from 'node:path';
import * as core from './functions-core.ts';
import { runHooks } from './invocation.ts';

/**
 * Loads the built app as the Node worker does: its require of `@azure/functions-core` is answered by our own module, its appStart hooks
 * run, and then nothing more can be registered. Rejects with what the app throws.
 */
export async function loadApp(entry: string): Promise<void> {
  const original = Module.prototype.require;
  Module.prototype.require = function require(this: Module, id: string): unknown {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  const path = resolve(entry);
  createRequire(path)(path);
  await runHooks('appStart');
  const capabilities = await core.getProgrammingModel().getCapabilities({}); // locks app.setup, as the worker does
  if (capabilities['HttpUri']) throw new Error('The app asks for HTTP streams, which the local host does not have.');
  core.lockRegistration();
}
