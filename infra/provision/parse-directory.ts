import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';
import { readUsers } from './export.ts';
import { type DirectoryUser, mapping as declared, directoryFieldsOf, type Mapping } from './mapping.ts';

/** An export as text. */
interface DirectoryText {
  readonly text: string;
  /** The name by which errors call it. */
  readonly path: string;
  /** Told of fields that no user has: they may have been forgotten. */
  readonly notify?: ((notice: string) => void) | undefined;
}

/**
 * Parses an export: Graph's `{"value": [users]}`, or the list alone. Throws CommandError that says what is wrong with the file, or names the user and the
 * field.
 */
export function parseDirectory(
  { text, path, notify }: DirectoryText,
  mapping: Mapping = declared,
): readonly DirectoryUser[] {
  const fields = directoryFieldsOf(mapping);
  const list = readUsers(text, path);
  const users = list.map((value, index) => readUser(value, index, { path, fields }));
  refuseTwins(users, 'id', path);
  refuseTwins(users.filter(isInUse), 'userPrincipalName', path);
  const absent = [...fields, ...Object.keys(taken)].filter(
    (field) => !list.some((user) => isRecord(user) && field in user),
  );
  if (list.length > 0 && absent.length > 0) notify?.(noticeOf(absent));
  return users;
}

/** What is taken for true where an export leaves it out. */
const taken: Readonly<Record<string, string>> = {
  accountEnabled: 'accountEnabled (everybody counts as enabled)',
  assigned: 'assigned (everybody counts as assigned)',
};

const noticeOf = (absent: readonly string[]): string =>
  `No user of the export has ${absent.map((field) => taken[field] ?? field).join(', ')}: docs/provision.md names the fields to export.`;

interface Export {
  readonly path: string;
  /** What the mapping reads of a user. */
  readonly fields: readonly string[];
}

function readUser(value: unknown, index: number, { path, fields }: Export): DirectoryUser {
  if (!isRecord(value)) throw new CommandError(`${path}: user number ${index + 1} is not an object.`);
  const who = typeof value['id'] === 'string' && value['id'] ? value['id'] : `number ${index + 1}`;
  const fail = (field: string, rule: string): never => {
    throw new CommandError(`${path}: "${field}" of user ${who} ${rule}.`);
  };
  return {
    ...Object.fromEntries(fields.map((field) => [field, readText(value, field, fail)])),
    id: readRequired(value, 'id', fail),
    userPrincipalName: readRequired(value, 'userPrincipalName', fail),
    accountEnabled: readBoolean(value, 'accountEnabled', fail),
    assigned: readBoolean(value, 'assigned', fail),
    deletedDateTime: readText(value, 'deletedDateTime', fail),
  };
}

type Fail = (field: string, rule: string) => never;

function readRequired(user: JsonRecord, field: string, fail: Fail): string {
  return readText(user, field, fail) ?? fail(field, 'is missing');
}

/** Entra does not tell an empty string from no value. */
function readText(user: JsonRecord, field: string, fail: Fail): string | null {
  const value = oneOf(user[field]) ?? null;
  if (value === null || typeof value === 'string') return value || null;
  return fail(field, 'has to be a string or null');
}

/** Of several values (businessPhones) the first; of a user that was expanded (manager) the id. */
function oneOf(value: unknown): unknown {
  if (Array.isArray(value)) return value[0];
  return isRecord(value) && 'id' in value ? value['id'] : value;
}

/** True where the export leaves it out: a user is enabled, and the scope is "Sync all users and groups". */
function readBoolean(user: JsonRecord, field: string, fail: Fail): boolean {
  const value = user[field] ?? true;
  return typeof value === 'boolean' ? value : fail(field, 'has to be true or false');
}

/** Of users in the recycle bin the userPrincipalName is free again. */
const isInUse = ({ deletedDateTime }: DirectoryUser): boolean => deletedDateTime === null;

function refuseTwins(users: readonly DirectoryUser[], field: 'id' | 'userPrincipalName', path: string): void {
  const seen = new Set<string>();
  for (const user of users) {
    const value = user[field].toLowerCase();
    if (seen.has(value)) throw new CommandError(`${path}: "${field}" of user ${user.id} is another user's, too.`);
    seen.add(value);
  }
}
