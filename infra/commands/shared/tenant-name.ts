import { CommandError } from './command-error.ts';

/** Reads a tenant's name, as tokens and secrets have it. Throws CommandError. */
export function readTenant(text: string | undefined): string {
  if (text !== undefined && /^[a-z0-9-]{1,40}$/.test(text)) return text;
  throw new CommandError('--tenant has to be 1 to 40 characters of a-z, 0-9 and hyphen, such as contoso.');
}
