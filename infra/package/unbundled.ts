import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const PROJECT = join(import.meta.dirname, '../..');

/** Files on a disk: how many, and their bytes together. */
export interface Extent {
  readonly files: number;
  readonly bytes: number;
}

/** Each import stays an import, of the compiled file beside it. */
const fileByFile: Plugin = {
  name: 'file by file',
  setup(building) {
    building.onResolve({ filter: /^\./ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.cjs'), external: true },
    );
  },
};

/** Compiles the app as it would be deployed without a bundle, one file for each of its own, into a folder of the project. Returns the file to load. */
export async function buildUnbundled(folder: string): Promise<string> {
  await build({
    absWorkingDir: PROJECT,
    entryPoints: globSync('{functions,shared}/**/*.ts', { cwd: PROJECT }),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    plugins: [fileByFile],
    logLevel: 'warning',
  });
  return join(folder, 'functions/main.cjs');
}

/** The packages that would be deployed beside it: those that npm install --omit=dev leaves. */
export function runtimePackages(): Extent {
  const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as Lock; // npm writes it
  const folders = Object.entries(packages)
    .filter(([path, one]) => path !== '' && !one.dev && !one.devOptional && !one.optional)
    .map(([path]) => join(PROJECT, path));
  return folders.map(measureFolder).reduce((a, b) => ({ files: a.files + b.files, bytes: a.bytes + b.bytes }));
}

interface Lock {
  readonly packages: Readonly<Record<string, { dev?: true; devOptional?: true; optional?: true }>>;
}

/** Packages inside the package are counted by their own entry in the lock file. */
function measureFolder(folder: string): Extent {
  const files = globSync('**/*', { cwd: folder, exclude: (name) => name === 'node_modules' })
    .map((name) => statSync(join(folder, name)))
    .filter((file) => file.isFile());
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}
