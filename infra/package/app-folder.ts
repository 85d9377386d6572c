import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');

/** What a deployed app consists of: the bundle, its source map, and what the Functions host reads. Nothing of node_modules. */
export const appFiles = ['host.json', 'main.cjs', 'main.cjs.map', 'package.json'] as const;

/**
 * Puts beside a bundle what makes its folder an app: host.json, and a package.json that names the file to load. The project's own
 * package.json would make the bundle an ES module and have a build in Azure install what the bundle holds already.
 */
export function completeAppFolder(folder: string): void {
  const { name, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  copyFileSync(join(PROJECT, 'host.json'), join(folder, 'host.json'));
  const manifest = { name, version, private: true, main: 'main.cjs' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
