import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, build as bundle } from 'esbuild';
import { valueSchemas } from '../../shared/scim/validation.ts';
import { services } from '../../shared/services/services.ts';
import { compiledSchemas } from './compiled-schemas.ts';

const PROJECT = join(import.meta.dirname, '../..');

/**
 * Bundles the function app into one CommonJS file, which loads three times faster in Azure than the separate packages.
 * The worker provides `@azure/functions-core`, so it is not bundled. The benchmark bundles other entry points in the same way.
 * Rejects if the build fails, after esbuild has printed why.
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
    sourcesContent: false, // the sources are in git, and would make the map four times larger
    external: ['@azure/functions-core'],
    define: { BUILD_COMMIT: JSON.stringify(builtCommit()) },
    plugins: [compiledSchemas(services.flatMap(({ resourceType }) => valueSchemas(resourceType)))],
    logLevel: 'warning',
    ...otherwise,
  });
}

/** The commit that is built, which GET /health returns. It ends in a plus sign if there are uncommitted changes, and is "unknown" without git. */
export function builtCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

/** The files of a deployed app: the bundle, its source map, and the files that the Functions host reads. Nothing else is deployed. */
export const appFiles = ['host.json', 'main.cjs', 'main.cjs.map', 'package.json'] as const;

/**
 * Completes the folder of a bundle to an app, with host.json and a package.json that names the file to load. With the project's own package.json,
 * the bundle would be an ES module, and a build in Azure would install the packages that it already contains.
 */
export function completeAppFolder(folder: string): void {
  const { name, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  copyFileSync(join(PROJECT, 'host.json'), join(folder, 'host.json'));
  const manifest = { name, version, private: true, main: 'main.cjs' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

if (import.meta.main) void main();

/** npm run build: makes the folder dist, which is deployed. */
async function main(): Promise<void> {
  const folder = join(PROJECT, 'dist');
  await build(join(folder, 'main.cjs'));
  completeAppFolder(folder);
  console.log(`dist/main.cjs: ${(statSync(join(folder, 'main.cjs')).size / 1000).toFixed(0)} kB`);
}
