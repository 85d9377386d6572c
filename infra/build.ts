import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, build as bundle } from 'esbuild';
import { jsonSchema } from '../shared/scim/validation.ts';
import { services } from '../shared/services/services.ts';
import { compiledSchemas } from './compiled-schemas.ts';
import { completeAppFolder } from './package/app-folder.ts';

const PROJECT = join(import.meta.dirname, '..');

/**
 * Bundles the function app into one CommonJS file, which is all that Azure needs: it loads three times faster than its packages do.
 * `@azure/functions-core` stays outside, because the worker supplies it. The benchmark bundles other things in the same way.
 * Rejects after esbuild has printed what is wrong.
 */
export async function build(
  outfile: string = join(PROJECT, 'dist/main.cjs'),
  otherwise: Pick<BuildOptions, 'entryPoints' | 'alias'> = {},
): Promise<void> {
  await bundle({
    absWorkingDir: PROJECT,
    entryPoints: ['functions/main.ts'],
    outfile: resolve(outfile),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    sourcemap: true,
    external: ['@azure/functions-core'],
    plugins: [compiledSchemas(services.map(({ resourceType }) => jsonSchema(resourceType.writable)))],
    logLevel: 'warning',
    ...otherwise,
  });
}

if (import.meta.main) {
  await build();
  completeAppFolder(join(PROJECT, 'dist'));
  console.log(`dist/main.cjs: ${(statSync(join(PROJECT, 'dist/main.cjs')).size / 1000).toFixed(0)} kB`);
}
