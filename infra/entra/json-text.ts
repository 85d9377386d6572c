/** A value in a JSON text, with its position: `text.slice(start, end)` is its own text. */
export interface JsonNode {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
  /** The members of an object. */
  readonly members: readonly JsonMember[];
  /** The elements of an array. */
  readonly elements: readonly JsonNode[];
}

export interface JsonMember extends JsonNode {
  readonly name: string;
  /** Where the member's name starts. */
  readonly nameStart: number;
}

/** A part of a text and its replacement. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Finds the position of every value, so that some can be changed while the rest of the text stays the same, byte for byte. Throws SyntaxError. */
export function locate(text: string): JsonNode {
  JSON.parse(text); // the code below relies on valid JSON
  return readValue(text, skipBlanks(text, 0));
}

/** The member with that name; undefined if the node has none. */
export const memberOf = (node: JsonNode | undefined, name: string): JsonMember | undefined =>
  node?.members.findLast((member) => member.name === name);

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((a, b) => a.start - b.start);
  let result = '';
  let at = 0;
  for (const edit of inOrder) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The edit that replaces the value of a member, or adds the member if the object does not have it. */
export function setMember(node: JsonNode, name: string, value: unknown): Edit {
  const json = JSON.stringify(value);
  const member = memberOf(node, name);
  if (member) return { start: member.start, end: member.end, text: json };
  const comma = node.members.length > 0 ? ',' : '';
  return { start: node.start + 1, end: node.start + 1, text: `${JSON.stringify(name)}:${json}${comma}` };
}

/** The edits that remove the members for which `isUnwanted` is true, each with its comma. */
export function removeMembers(node: JsonNode, isUnwanted: (name: string) => boolean): readonly Edit[] {
  const { members } = node;
  const firstKept = members.findIndex(({ name }) => !isUnwanted(name));
  return members.flatMap((member, index) => {
    if (!isUnwanted(member.name)) return [];
    const next = members[index + 1];
    const before = members[index - 1];
    if (firstKept < 0 || index < firstKept)
      return [{ start: member.nameStart, end: next?.nameStart ?? member.end, text: '' }];
    return [{ start: before?.end ?? member.nameStart, end: member.end, text: '' }];
  });
}

function readValue(text: string, start: number): JsonNode {
  if (text[start] === '{') return readObject(text, start);
  if (text[start] === '[') return readArray(text, start);
  const end = text[start] === '"' ? endOfString(text, start) : endOfLiteral(text, start);
  return { value: JSON.parse(text.slice(start, end)), start, end, members: [], elements: [] };
}

function readObject(text: string, start: number): JsonNode {
  const members: JsonMember[] = [];
  let at = skipBlanks(text, start + 1);
  while (text[at] !== '}') {
    const nameEnd = endOfString(text, at);
    const name: string = JSON.parse(text.slice(at, nameEnd));
    const value = readValue(text, skipBlanks(text, skipBlanks(text, nameEnd) + 1));
    members.push({ ...value, name, nameStart: at });
    at = skipComma(text, value.end);
  }
  const value = Object.fromEntries(members.map((member) => [member.name, member.value]));
  return { value, start, end: at + 1, members, elements: [] };
}

function readArray(text: string, start: number): JsonNode {
  const elements: JsonNode[] = [];
  let at = skipBlanks(text, start + 1);
  while (text[at] !== ']') {
    const element = readValue(text, at);
    elements.push(element);
    at = skipComma(text, element.end);
  }
  return { value: elements.map(({ value }) => value), start, end: at + 1, members: [], elements };
}

function skipComma(text: string, at: number): number {
  const end = skipBlanks(text, at);
  return text[end] === ',' ? skipBlanks(text, end + 1) : end;
}

/** Makes a function that finds the end of a token that starts at a position. */
function endOf(token: RegExp): (text: string, start: number) => number {
  const sticky = new RegExp(token, 'y');
  return (text, start) => {
    sticky.lastIndex = start;
    return sticky.test(text) ? sticky.lastIndex : start;
  };
}

const skipBlanks = endOf(/[ \t\r\n]*/);
const endOfString = endOf(/"(?:[^"\\]|\\.)*"/);
const endOfLiteral = endOf(/[-+.\w]*/);
