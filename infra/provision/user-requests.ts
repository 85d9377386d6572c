/** Path of one user. */
export const userPath = (id: string): string => `/Users/${encodeURIComponent(id)}`;

/** Path of a matching query, escaped as Entra does: blanks as `+`, `@` as `%40`, quotes as `%22`, `+` as `%2B`. */
export function matchPath(attribute: string, value: string): string {
  const filter = `${attribute} eq ${JSON.stringify(value)}`;
  return `/Users?filter=${encodeURIComponent(filter).replaceAll('%20', '+')}`;
}
