import { join } from 'node:path';
import { build } from '../package/build.ts';

/** Files that are measured, all bundled alike. */
export interface Bundles {
  /** What is deployed. */
  readonly service: string;
  /** The same with tables that answer at once, in place of the SDK for them. */
  readonly instant: string;
  /** The SDKs and ajv without the service. */
  readonly bare: string;
  /** The process that an app is served and measured in. */
  readonly host: string;
  /** The process that a bundle is loaded in. */
  readonly loader: string;
}

/** Builds everything into a folder. */
export async function buildBundles(folder: string): Promise<Bundles> {
  const file = (name: string): string => join(folder, `${name}.cjs`);
  const source = (name: string): string => join(import.meta.dirname, `${name}.ts`);
  const [service, instant, bare] = [file('service'), file('instant'), file('bare')];
  const [host, loader] = [file('server-process'), file('loading-process')];
  await build(service);
  await build(instant, { alias: { '@azure/data-tables': source('instant-tables') } });
  await build(bare, { entryPoints: [source('bare')] });
  await build(host, { entryPoints: [source('server-process')] });
  await build(loader, { entryPoints: [source('loading-process')] });
  return { service, instant, bare, host, loader };
}
