import { isArray, isObject, type Json } from '../scim/json.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/**
 * Whether an object in a JSON text has a name twice: JSON.parse keeps the last of them, another reader may keep the first (RFC 8259 section 4).
 * `value` is what was parsed: it then has fewer members than the text.
 */
export const hasRepeatedName = (text: string, value: Json): boolean => membersWritten(text) !== membersRead(value);

/** In a text that is JSON, each colon outside of strings belongs to one member. */
function membersWritten(text: string): number {
  let members = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) inString = !inString;
    else if (code === COLON && !inString) members += 1;
  }
  return members;
}

function membersRead(value: Json): number {
  if (isArray(value)) return value.reduce<number>((sum, one) => sum + membersRead(one), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + 1 + membersRead(one), 0);
}
