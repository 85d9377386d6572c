import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const JEST_GLOBALS = join(import.meta.dirname, 'jest-globals.ts');

/** Bundles test files of the working folder into one CommonJS script that exports the tests that they register. */
export async function bundleOf(files: readonly string[]): Promise<string> {
  const contents = [
    `import { file, registered } from ${JSON.stringify(JEST_GLOBALS)};`,
    ...files.map((name) => `file(${JSON.stringify(name)}, () => { require(${JSON.stringify(`./${name}`)}); });`),
    'module.exports = registered;',
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
    alias: { '@jest/globals': JEST_GLOBALS },
    plugins: [originalFolders],
  });
  return outputFiles[0]?.text ?? '';
}

/** Replaces import.meta.dirname, because a bundled module does not know its original folder. */
const originalFolders: Plugin = {
  name: 'original-folders',
  setup({ onLoad }) {
    onLoad({ filter: /\.test\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};
