import { ScimError } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import { readResource } from '../scim/read-value.ts';
import type { ResourceType } from '../scim/schema.ts';
import { strict } from '../scim/tolerance.ts';
import { validator } from '../scim/validation.ts';
import type { Report } from './columns.ts';

/** Checks that what is kept is what the service itself would keep of it, and passes the check of every write. No value is reported. */
export function attributeChecker(type: ResourceType): (attributes: JsonObject, report: Report) => void {
  const validate = validator(type);

  return (attributes, report) => {
    try {
      const kept = readResource(type, attributes, strict);
      for (const { name, initial } of type.writable) {
        if (initial !== undefined && attributes[name] === undefined)
          report('missing-value', `It has no ${name}, which every resource has.`);
        else if (!equalJson(attributes[name], kept[name]))
          report('invalid-attribute', `Its attribute ${name} is not in the form in which the service keeps it.`);
      }
      validate(kept);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      report('invalid-attribute', `Its attributes do not follow the schema. ${error.detail}`);
    }
  };
}
