import { Ajv, type Options, type ValidateFunction } from 'ajv';

/**
 * ajv's check of the schemas themselves would take longer than the rest of a cold start, so a test does it. `verbose` adds the refused value to an
 * error. `unicode: false` counts UTF-16 units, as Table Storage does. The option is deprecated, so the logger is off to suppress the warning.
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
 * Compiles a JSON Schema into a validation function. In the bundle, infra/package/compiled-schemas.ts replaces this file with compiled functions, so
 * that a deployed service does not contain ajv.
 */
export const compileSchema = (schema: object): ValidateFunction => new Ajv(ajvOptions).compile(schema);
