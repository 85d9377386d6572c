/** The source of an attribute mapping (Graph's attributeMappingSource). */
export interface Source {
  readonly expression: string;
  readonly name: string;
  readonly type: 'Attribute' | 'Constant' | 'Function';
  readonly parameters: readonly { readonly key: string; readonly value: Source }[];
}

/** The parameter names of the functions that Graph documents. A last parameter that ends in an asterisk can be repeated. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  Switch: ['source', 'defaultValue', 'switchValue*'],
};

/**
 * Converts a declared source to Graph's form: an attribute's name, a constant in quotes, or a function without its
 * empty arguments. Returns undefined for a function whose parameter names only Graph knows.
 */
export function sourceOf(declared: string): Source | undefined {
  const text = declared.trim();
  const [, name, inner] = /^(\w+)\((.*)\)$/s.exec(text) ?? [];
  if (name !== undefined && inner !== undefined) return functionOf(text, name, inner);
  if (text.startsWith('"')) return { expression: text, name: text.slice(1, -1), type: 'Constant', parameters: [] };
  const attribute = text.replace(/^\[(.*)\]$/, '$1');
  return { expression: `[${attribute}]`, name: attribute, type: 'Attribute', parameters: [] };
}

function functionOf(expression: string, name: string, inner: string): Source | undefined {
  const keys = signatures[name];
  if (!keys) return undefined;
  const parameters: { key: string; value: Source }[] = [];
  for (const [index, argument] of splitArguments(inner).entries()) {
    if (argument.trim() === '') continue;
    const value = sourceOf(argument);
    const key = keys[Math.min(index, keys.length - 1)]?.replace('*', '');
    if (!value || !key) return undefined;
    parameters.push({ key, value });
  }
  return { expression, name, type: 'Function', parameters };
}

/** Splits at commas that are not in quotes or parentheses. */
function splitArguments(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const token of text.match(/"[^"]*"|[^"]/g) ?? []) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** The form in which two expressions are compared: without whitespace and in lower case, except in quotes. */
export const normalised = (expression: string): string =>
  (expression.match(/"[^"]*"|[^"]+/g) ?? [])
    .map((part) => (part.startsWith('"') ? part : part.replace(/\s+/g, '').toLowerCase()))
    .join('');
