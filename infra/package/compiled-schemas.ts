import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { ajvOptions } from '../../shared/scim/json-schema.ts';

/**
 * Compiles these JSON Schemas when the app is built, and replaces shared/scim/json-schema.ts with the compiled checks. An app that uses any other schema fails
 * to start.
 */
export function compiledSchemas(schemas: readonly object[]): Plugin {
  return {
    name: 'compiled schemas',
    setup(build) {
      const contents = moduleOf(schemas);
      build.onResolve({ filter: /\/json-schema\.ts$/ }, () => ({
        path: 'shared/scim/json-schema.cjs',
        namespace: 'compiled',
      }));
      build.onLoad({ filter: /./, namespace: 'compiled' }, () => ({ contents, resolveDir: import.meta.dirname }));
    },
  };
}

function moduleOf(schemas: readonly object[]): string {
  const names = schemas.map((_, at) => `check${at}`);
  const byName = Object.fromEntries(schemas.map((schema, at) => [`check${at}`, schema]));
  const ajv = new Ajv({ ...ajvOptions, schemas: byName, code: { source: true } });
  const checks = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
  return `${checks}
    const schemas = ${JSON.stringify(schemas.map((schema) => JSON.stringify(schema)))};
    exports.compileSchema = (schema) => {
      const check = exports['check' + schemas.indexOf(JSON.stringify(schema))];
      if (!check) throw new Error('The build did not compile this schema: add its service in infra/package/build.ts.');
      return check;
    };`;
}
