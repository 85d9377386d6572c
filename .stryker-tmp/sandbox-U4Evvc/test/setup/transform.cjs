// @ts-nocheck
// TypeScript for jest, by the bundler that builds the package.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, path) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'node24',
      sourcefile: path,
      banner: '"use strict";', // as modules are: else a write to a frozen object fails in silence
      sourcemap: 'inline',
      define: { 'import.meta.dirname': '__dirname' },
      supported: { 'dynamic-import': false }, // jest would need a flag of Node for it
    });
    return { code, map };
  },
};
