/** The seconds in a Retry-After header, which is a number of seconds or a date (RFC 9110 section 10.2.3); undefined if it is missing or invalid. */
export function retryAfterSeconds(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
