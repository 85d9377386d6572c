import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type { runScope, Scope } from './jest-globals.ts';

const JEST_GLOBALS = join(import.meta.dirname, 'jest-globals.ts');

/** A loaded test file: the tests that it has registered, and the function that runs them. */
export interface LoadedFile {
  readonly scope: Scope;
  readonly runScope: typeof runScope;
}

/** Loads a test file with its own instances of all modules, as jest does. */
export type LoadFile = () => LoadedFile;

/** Bundles a test file of the working folder with the project's modules that it imports. Packages stay outside. */
export async function bundleOf(file: string): Promise<LoadFile> {
  const contents = [
    `import { fileScope, runScope } from ${JSON.stringify(JEST_GLOBALS)};`,
    `module.exports = { runScope, scope: fileScope(${JSON.stringify(file)}, () => { require(${JSON.stringify(`./${file}`)}); }) };`,
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    write: false,
    packages: 'external',
    logLevel: 'error',
    alias: {
      '@jest/globals': JEST_GLOBALS,
      // Bundled too, so that each load registers its functions in its own host.
      '@azure/functions': join(process.cwd(), 'node_modules/@azure/functions/dist/azure-functions.js'),
      '@azure/functions-core': join(process.cwd(), 'infra/local/functions-core.ts'),
    },
    plugins: [originalPaths],
  });
  const text = outputFiles[0]?.text ?? '';
  const script = new Script(`(function (module, require) {"use strict";\n${text}\n})`, {
    filename: `${file}.bundle.cjs`,
  });
  const require = createRequire(import.meta.url);
  return () => {
    const module: { exports?: LoadedFile } = {};
    script.runInThisContext()(module, require);
    if (!module.exports) throw new Error(`${file} was not loaded.`);
    return module.exports;
  };
}

/** Replaces import.meta.dirname and import.meta.filename, because a bundled module does not know its original path. */
const originalPaths: Plugin = {
  name: 'original-paths',
  setup({ onLoad }) {
    onLoad({ filter: /\/(test|infra|shared|functions)\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path)),
      loader: 'ts',
    }));
  },
};
