import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord, parseJson } from '../commands/shared/json.ts';
import { recordOf, recordsOf, textOf } from './json.ts';

/** The result for a user who was provisioned on demand. */
export interface OnDemandResult {
  /** Success, Failure, Skipped or Warning. */
  readonly result: string;
  readonly message: string;
  readonly action: string;
  readonly steps: readonly Step[];
  readonly changes: readonly AttributeChange[];
  /** BookMe's id of the user. */
  readonly targetId: string;
}

export interface Step {
  readonly type: string;
  readonly status: string;
  readonly description: string;
  readonly details: Readonly<Record<string, string>>;
}

export interface AttributeChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * Reads the response of provisionOnDemand. Microsoft documents two forms: `key` and `value` are JSON texts, or `key` is the name of a
 * type and `value` is the JSON text of a list of such pairs. The result is in `key`: the status is 200 even if provisioning failed. Throws CommandError.
 */
export function readOnDemand(body: JsonRecord): OnDemandResult {
  const pair = pairIn(body);
  if (!pair) throw notUnderstood(body);
  const { key, value } = pair;
  const info = recordOf(value['statusInfo'] ?? value['provisioningStatusInfo']);
  const details = recordOf(key['details']);
  const result = textOf(key['result']) || capitalised(textOf(info['status']));
  if (!result) throw notUnderstood(body);
  const messages = [
    details['errorCode'] ?? info['errorCode'],
    details['errorMessage'] ?? info['reason'] ?? info['errorMessage'],
  ].map(textOf);
  return {
    result,
    message: messages.filter(Boolean).join(': '),
    action: textOf(value['action'] ?? value['provisioningAction']),
    steps: recordsOf(value['provisioningSteps']).map(readStep),
    changes: recordsOf(value['modifiedProperties']).map(readChange),
    targetId: textOf(recordOf(value['targetIdentity'])['id']),
  };
}

interface Pair {
  readonly key: JsonRecord;
  readonly value: JsonRecord;
}

function pairIn(body: JsonRecord): Pair | undefined {
  const value = parsed(body['value']);
  if (Array.isArray(value))
    return value
      .filter(isRecord)
      .map(pairOrEntry)
      .find((pair) => pair !== undefined);
  return isRecord(value) ? { key: recordOf(parsed(body['key'])), value } : undefined;
}

/** An entry of the list is either another such pair or the result itself. */
function pairOrEntry(entry: JsonRecord): Pair | undefined {
  if ('key' in entry && 'value' in entry) return pairIn(entry);
  return 'provisioningSteps' in entry || 'statusInfo' in entry || 'provisioningStatusInfo' in entry
    ? { key: {}, value: entry }
    : undefined;
}

const parsed = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : value);

/** The type of a step is called `type` in the response of provisionOnDemand, and `provisioningStepType` in the log. */
const readStep = (step: JsonRecord): Step => ({
  type: textOf(step['type'] ?? step['provisioningStepType']) || textOf(step['name']),
  status: textOf(step['status']),
  description: textOf(step['description']),
  details: Object.fromEntries(Object.entries(recordOf(step['details'])).map(([name, value]) => [name, String(value)])),
});

const readChange = ({ displayName, oldValue, newValue }: JsonRecord): AttributeChange => ({
  name: textOf(displayName),
  before: typeof oldValue === 'string' ? oldValue : undefined,
  after: typeof newValue === 'string' ? newValue : undefined,
});

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function notUnderstood(body: JsonRecord): CommandError {
  return new CommandError(
    `Graph's response to provisionOnDemand has an undocumented form, so the result is unknown. Check the provisioning logs. The response starts with: ${JSON.stringify(body).slice(0, 400)}`,
  );
}
