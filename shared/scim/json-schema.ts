import { Ajv, type Options, type ValidateFunction } from 'ajv';

/**
 * ajv's own check of a schema takes longer than the rest of a cold start, so a test makes it instead. `verbose` adds the refused value to an error.
 * `unicode: false` counts UTF-16 units, as Table Storage does. ajv has deprecated this option, and the logger is off because it would only say so.
 */
export const ajvOptions: Options = {
  meta: false,
  validateSchema: false,
  strict: false,
  verbose: true,
  unicode: false,
  logger: false,
};

/**
 * Compiles a JSON Schema into a validation function. In the bundle, infra/package/compiled-schemas.ts replaces this file with functions that are
 * compiled already, so that a deployed service neither contains nor runs ajv.
 */
export const compileSchema = (schema: object): ValidateFunction => new Ajv(ajvOptions).compile(schema);
