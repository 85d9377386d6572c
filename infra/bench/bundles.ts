import { join } from 'node:path';
import { build } from '../package/build.ts';

/** The bundles that the benchmark uses. */
export interface Bundles {
  /** The app that is deployed. */
  readonly service: string;
  /** The service with instant tables in memory instead of the SDK. */
  readonly instant: string;
  /** The SDKs and ajv without the service. */
  readonly bare: string;
  /** The program of the measured process, which serves an app. */
  readonly host: string;
  /** The program of a bare node:http server that serves the same requests from memory. */
  readonly plain: string;
  /** The program of the process that loads a bundle. */
  readonly loader: string;
}

/** Builds everything into a folder. */
export async function buildBundles(folder: string): Promise<Bundles> {
  const file = (name: string): string => join(folder, `${name}.cjs`);
  const source = (name: string): string => join(import.meta.dirname, `${name}.ts`);
  const [service, instant, bare] = [file('service'), file('instant'), file('bare')];
  const [host, plain, loader] = [file('server-process'), file('plain-server'), file('loading-process')];
  await build(service);
  await build(instant, { alias: { '@azure/data-tables': source('instant-tables') } });
  await build(bare, { entryPoints: [source('bare')] });
  await build(host, { entryPoints: [source('server-process')] });
  await build(plain, { entryPoints: [source('plain-server')] });
  await build(loader, { entryPoints: [source('loading-process')] });
  return { service, instant, bare, host, plain, loader };
}
