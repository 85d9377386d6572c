import type { Service } from '../../../shared/services/service.ts';
import { services as declared } from '../../../shared/services/services.ts';
import { CommandError } from './command-error.ts';

/** The names of the services: in Tenant URLs, secrets and tables. */
export const services: readonly string[] = declared.map(({ name }) => name);

/** The service of that name; `option` is named in the CommandError where there is none. */
export function readService(text: string | undefined, option: string): Service {
  const service = declared.find(({ name }) => name === text);
  if (service) return service;
  throw new CommandError(`${option} has to be one of ${services.join(', ')}.`);
}
