import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';
import { readUsers } from './export.ts';
import { type DirectoryUser, mapping as declared, directoryFieldsOf, type Mapping } from './mapping.ts';

/** An export as text. */
interface DirectoryText {
  readonly text: string;
  /** The name of the export in error messages. */
  readonly path: string;
  /** Called with a notice about the fields that no user has: the export may omit them by mistake. */
  readonly notify?: ((notice: string) => void) | undefined;
}

/**
 * Parses an export: Graph's `{"value": [users]}`, or only the list. Throws CommandError with a message that describes what is wrong with the file, or that
 * names the user and the field.
 */
export function parseDirectory(
  { text, path, notify }: DirectoryText,
  mapping: Mapping = declared,
): readonly DirectoryUser[] {
  const fields = directoryFieldsOf(mapping);
  const list = readUsers(text, path);
  const users = list.map((value, index) => readUser(value, index, { path, fields }));
  refuseDuplicates(users, 'id', path);
  refuseDuplicates(users.filter(isInUse), 'userPrincipalName', path);
  const absent = [...fields, ...Object.keys(defaultTrue)].filter(
    (field) => !list.some((user) => isRecord(user) && field in user),
  );
  if (list.length > 0 && absent.length > 0) notify?.(noticeOf(absent));
  return users;
}

/** The fields that count as true if an export does not contain them. */
const defaultTrue: Readonly<Record<string, string>> = {
  accountEnabled: 'accountEnabled (all users count as enabled)',
  assigned: 'assigned (all users count as assigned)',
};

const noticeOf = (absent: readonly string[]): string =>
  `No user in the export has ${absent.map((field) => defaultTrue[field] ?? field).join(', ')}. docs/provision.md lists the fields to export.`;

interface Export {
  readonly path: string;
  /** The fields of a user that the mapping reads. */
  readonly fields: readonly string[];
}

function readUser(value: unknown, index: number, { path, fields }: Export): DirectoryUser {
  if (!isRecord(value)) throw new CommandError(`${path}: user number ${index + 1} is not an object.`);
  const name = typeof value['id'] === 'string' && value['id'] ? value['id'] : `number ${index + 1}`;
  const fail = (field: string, rule: string): never => {
    throw new CommandError(`${path}: "${field}" of user ${name} ${rule}.`);
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

/** Entra treats an empty string like no value. */
function readText(user: JsonRecord, field: string, fail: Fail): string | null {
  const value = oneOf(user[field]) ?? null;
  if (value === null || typeof value === 'string') return value || null;
  return fail(field, 'must be a string or null');
}

/** The first of several values (businessPhones), or the id of an expanded user (manager). */
function oneOf(value: unknown): unknown {
  if (Array.isArray(value)) return value[0];
  return isRecord(value) && 'id' in value ? value['id'] : value;
}

/** True if the export does not contain the field: the user counts as enabled, and as assigned (the scope "Sync all users and groups"). */
function readBoolean(user: JsonRecord, field: string, fail: Fail): boolean {
  const value = user[field] ?? true;
  return typeof value === 'boolean' ? value : fail(field, 'must be true or false');
}

/** Another user may have the userPrincipalName of a user who is in the recycle bin. */
const isInUse = ({ deletedDateTime }: DirectoryUser): boolean => deletedDateTime === null;

function refuseDuplicates(users: readonly DirectoryUser[], field: 'id' | 'userPrincipalName', path: string): void {
  const seen = new Set<string>();
  for (const user of users) {
    const value = user[field].toLowerCase();
    if (seen.has(value)) throw new CommandError(`${path}: "${field}" of user ${user.id} is also used by another user.`);
    seen.add(value);
  }
}
