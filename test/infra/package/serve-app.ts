/** The process that serves an app. It loads the file in the folder's package.json, as the Node worker does, and ends with its parent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registeredFunctions } from '../../../infra/local/functions-core.ts';
import { startHost } from '../../../infra/local/host.ts';
import { loadApp } from '../../../infra/local/worker.ts';

const folder = process.argv[2] ?? '';
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
await loadApp(join(folder, main));
const { url } = await startHost({ port: 0 });
process.on('disconnect', () => process.exit());
process.send?.({ url, functions: registeredFunctions().map(({ metadata }) => metadata.name) });
