import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord, parseJson } from '../commands/shared/json.ts';
import type { Output } from '../commands/shared/output.ts';

/** What becomes of a resource, in the order in which it is shown, with its sign: https://learn.microsoft.com/azure/azure-resource-manager/bicep/deploy-what-if#change-types */
const signs = { Delete: '-', Create: '+', Modify: '~', Deploy: '!', Unsupported: 'x' } as const;
type ChangeType = keyof typeof signs;

interface Change {
  readonly type: ChangeType;
  readonly resource: string;
  /** The properties that would change, each with its sign. */
  readonly properties: readonly string[];
}

/**
 * Shows what a deployment would change. Resources that stay as they are, or that the template does not name, are left out. Throws
 * CommandError where something would be deleted, or where the answer cannot be read.
 */
export function showWhatIf(stdout: string, output: Output): void {
  const changes = readChanges(stdout);
  if (changes.length === 0) output.write('Nothing would change.\n');
  for (const { type, resource, properties } of changes) {
    output.write(`  ${signs[type]} ${resource}\n`);
    for (const property of properties) output.write(`      ${property}\n`);
  }
  if (changes.length > 0) output.write(`${count(changes)}.\n`);
  const deleted = changes.filter(({ type }) => type === 'Delete');
  if (deleted.length === 0) return;
  throw new CommandError(`${deleted.length} of the resources would be deleted: nothing here is meant to do that.`);
}

function readChanges(stdout: string): readonly Change[] {
  const answer = parseJson(stdout);
  const changes = isRecord(answer) ? answer['changes'] : undefined;
  if (!Array.isArray(changes)) throw new CommandError('az gave no list of changes: run the command above by hand.');
  const order = Object.keys(signs);
  return changes.flatMap(readChange).toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
}

function readChange(change: unknown): readonly Change[] {
  if (!isRecord(change)) return [];
  const type = changeTypeOf(change['changeType']);
  if (!type) return [];
  const resource = String(change['resourceId']).replace(/^.*?\/providers\//, '');
  return [{ type, resource, properties: readProperties(change['delta']) }];
}

const changeTypeOf = (type: unknown): ChangeType | undefined =>
  typeof type === 'string' && type in signs ? (type as ChangeType) : undefined; // just looked up

/** Their paths only: values may be long, and az shows them. */
const readProperties = (delta: unknown): readonly string[] =>
  Array.isArray(delta)
    ? delta
        .filter(isRecord)
        .filter(hasEffect)
        .map(({ path, propertyChangeType }) => `${signOf(propertyChangeType)} ${path}`)
    : [];

const hasEffect = ({ propertyChangeType }: JsonRecord): boolean => propertyChangeType !== 'NoEffect';
const signOf = (type: unknown): string => (type === 'Delete' ? '-' : type === 'Create' ? '+' : '~');

const words = {
  Delete: 'to delete',
  Create: 'to create',
  Modify: 'to modify',
  Deploy: 'to deploy again',
  Unsupported: 'that cannot be predicted',
} as const;

function count(changes: readonly Change[]): string {
  const parts = Object.entries(words)
    .map(([type, word]) => [changes.filter((change) => change.type === type).length, word] as const)
    .filter(([number]) => number > 0);
  return `Resources: ${parts.map(([number, word]) => `${number} ${word}`).join(', ')}`;
}
