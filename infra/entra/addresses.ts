import { CommandError } from '../commands/shared/command-error.ts';

/** Reads the address of a server, without a trailing slash. It accepts http only for loopback addresses, because tokens are sent there. Throws CommandError. */
export function readAddress(text: string, option: string): string {
  const url = URL.parse(text.trim());
  if (!url || url.username || url.password || url.search || url.hash)
    throw new CommandError(`${option} has to be an https address.`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  throw new CommandError(`${option} has to start with https: tokens must not be sent over a network unencrypted.`);
}

/** Reads the address of Microsoft Graph, and adds version 1.0 if it has none. */
export function readGraphUrl(text: string): string {
  const address = readAddress(text, '--graph-url');
  return /\/(v1\.0|beta)$/.test(address) ? address : `${address}/v1.0`;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
