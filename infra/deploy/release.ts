import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from './az.ts';

/** The package to deploy. */
export interface Release {
  /** The package that the app runs. */
  readonly archive: string;
  /** The commit that it was built from, which GET /health then returns. */
  readonly commit: string;
}

/** The arguments of az that name the template: the project's Bicep files, or what npm run release compiled from them. */
export const templateOf = (environment: EnvironmentName, folder: string | undefined): readonly string[] =>
  folder === undefined
    ? ['--parameters', `infra/${environment}.bicepparam`]
    : [
        ...['--template-file', join(folder, 'main.json')],
        ...['--parameters', join(folder, `${environment}.parameters.json`)],
      ];

/** Reads a folder that npm run release made. Throws if it is any other folder. */
export const readRelease = (folder: string): Release => ({
  archive: join(folder, 'package.zip'),
  commit: readFileSync(join(folder, 'commit'), 'utf8').trim(),
});
