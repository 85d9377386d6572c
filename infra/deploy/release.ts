import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from './az.ts';

/** What is deployed. */
export interface Release {
  /** The package that the app runs. */
  readonly archive: string;
  /** The commit that it was built from, as GET /health then says. */
  readonly commit: string;
}

/** How az is told of the environment's infrastructure: the Bicep files of the project, or what npm run release compiled of them. */
export const templateOf = (environment: EnvironmentName, folder: string | undefined): readonly string[] =>
  folder === undefined
    ? ['--parameters', `infra/${environment}.bicepparam`]
    : [
        ...['--template-file', join(folder, 'main.json')],
        ...['--parameters', join(folder, `${environment}.parameters.json`)],
      ];

/** What npm run release made. Throws where the folder is none. */
export const readRelease = (folder: string): Release => ({
  archive: join(folder, 'package.zip'),
  commit: readFileSync(join(folder, 'commit'), 'utf8').trim(),
});
