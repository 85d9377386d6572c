// @ts-nocheck
import { Ajv, type Options, type ValidateFunction } from 'ajv';

/**
 * ajv's own check of a schema costs more than all the rest of a cold start; a test makes it instead. `verbose` gives the refused value.
 * `unicode: false` counts UTF-16 units, as Table Storage does; ajv calls the option deprecated, which only the logger would tell.
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
 * Compiles a JSON Schema into its check. In the bundle infra/package/compiled-schemas.ts takes the place of this file, with the checks of all services
 * ready made, so that a deployed service neither carries nor runs ajv.
 */
export const compileSchema = (schema: object): ValidateFunction => new Ajv(ajvOptions).compile(schema);
