/** What Kestrel makes of the path of a request before a route sees it, and how the host writes it back into request.url. */

const UTF8_ESCAPES =
  /%(?!2f)(?:[0-7][\da-f]|[cd][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-4](?:%[89ab][\da-f]){3})/gi;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const NOT_IN_A_PATH = /%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]+/gi;

/**
 * The decoded path: valid escapes once, but never %2F, and then no dot segments, however they were written.
 * Undefined for a path that Kestrel refuses (400): a raw byte outside ASCII, or NUL.
 */
export function decodePath(raw: string): string | undefined {
  if (/[^\x21-\x7e]/.test(raw)) return undefined;
  const decoded = raw.includes('%') ? raw.replace(UTF8_ESCAPES, decodeEscape) : raw;
  if (decoded.includes('\0')) return undefined;
  return DOT_SEGMENT.test(decoded) ? removeDotSegments(decoded) : decoded;
}

/** The decoded path as request.url shows it: `%40` has become `@`, `%2F` and `%252F` are both `%2F`. */
export const encodePath = (decoded: string): string => decoded.replace(NOT_IN_A_PATH, encodeURIComponent);

function decodeEscape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an overlong form or a surrogate: not UTF-8, stays literal
  }
}

/** RFC 3986 section 5.2.4. */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === '.' || last === '..') kept.push('');
  return `/${kept.join('/')}`;
}
