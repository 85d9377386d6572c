import { CommandError } from '../commands/shared/command-error.ts';
import { isLoopback } from '../commands/shared/loopback.ts';

/** Reads the address of a server and removes a trailing slash. Tokens are sent there, so http is accepted only for loopback addresses. Throws CommandError. */
export function readAddress(text: string, option: string): string {
  const url = URL.parse(text.trim());
  if (!url || url.username || url.password || url.search || url.hash)
    throw new CommandError(`${option} must be an https address.`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  throw new CommandError(`${option} has to start with https: tokens must not be sent over a network unencrypted.`);
}

/** Reads the address of Microsoft Graph, and appends the version 1.0 if it has none. */
export function readGraphUrl(text: string): string {
  const address = readAddress(text, '--graph-url');
  return /\/(v1\.0|beta)$/.test(address) ? address : `${address}/v1.0`;
}
