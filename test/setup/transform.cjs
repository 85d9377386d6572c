// Compiles TypeScript for jest with esbuild, which also builds the package.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, path) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'node24',
      sourcefile: path,
      banner: '"use strict";', // as in modules; otherwise a write to a frozen object fails silently
      sourcemap: 'inline',
      define: { 'import.meta.dirname': '__dirname' },
      supported: { 'dynamic-import': false }, // jest supports import() only with a flag of Node
    });
    return { code, map };
  },
};
