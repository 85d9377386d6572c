import { services as declared } from '../../../shared/services/services.ts';

/** The names of the services: in Tenant URLs, secrets and tables. */
export const services: readonly string[] = declared.map(({ name }) => name);
