/**
 * The measured process: the local host with one app and an empty handler. It is bundled like the app, so that its memory does not include
 * Node's TypeScript support. It sends its URL to its parent and, on request, its resource usage.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { registerFunction } from '../local/functions-core.ts';
import { startHost } from '../local/host.ts';
import { loadApp } from '../local/worker.ts';
import type { Usage } from './server.ts';

let storageCalls = 0;

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();

/** Adds up the storage calls in the service's log records. */
function count(_level: string, message: string): void {
  const [, calls] = /"storageCalls":(\d+)/.exec(message) ?? [];
  storageCalls += Number(calls ?? 0);
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  const stall = delays.max / 1e6;
  delays.reset();
  return { cpu: (user + system) / 1000, memory: process.memoryUsage.rss() / 1e6, storageCalls, stall };
}

/** A handler that only returns the same statuses as the service. */
function respondEmpty(request: unknown): object {
  const { method } = request as { readonly method: string }; // the library's HttpRequest
  return method === 'DELETE' ? { status: 204 } : { status: 200, body: '{}' };
}

async function serve(entry: string): Promise<void> {
  const trigger = { type: 'httpTrigger', direction: 'in', route: 'empty', methods: ['GET', 'POST', 'PATCH', 'DELETE'] };
  const bindings = { httpTrigger: trigger, $return: { type: 'http', direction: 'out' } };
  registerFunction({ name: 'Empty', bindings }, respondEmpty);
  await loadApp(entry);
  const { url } = await startHost({ port: 0, log: count });
  process.on('message', () => process.send?.(readUsage()));
  process.on('disconnect', () => process.exit());
  process.send?.({ url });
}

serve(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
