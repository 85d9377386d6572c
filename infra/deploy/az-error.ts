import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import type { Ended } from './external.ts';

/** An error of Azure Resource Manager: https://learn.microsoft.com/rest/api/resources/deployments/get#errorresponse */
interface ArmError {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

const advice: readonly (readonly [RegExp, string])[] = [
  [
    /^AuthorizationFailed|^LinkedAuthorizationFailed/,
    'You need the roles that docs/deploy.md lists on the resource group. A role that was just given takes some minutes to count.',
  ],
  [/ScopeLocked/, 'A delete lock keeps it: see docs/deploy.md before you take it away.'],
];

/** What az could not do, in sentences: the causes that Azure names at the bottom of its nested errors, or az's own words. */
export function azFailure(what: string, { stderr }: Ended): CommandError {
  if (isSignInMissing(stderr))
    return new CommandError(
      'Nobody is signed in to Azure here, or the sign-in has expired: run az login and try again.',
    );
  const errors = causesIn(stderr);
  const lines = errors.length > 0 ? errors.map(describe) : [ownWords(stderr)];
  const hints = advice.filter(([sign]) => errors.some(({ code }) => sign.test(code))).map(([, hint]) => hint);
  return new CommandError([`${what}:`, ...lines.map((line) => `  ${line}`), ...hints].join('\n'));
}

/** Says so for a sign-in that is missing or has expired (azure-cli: core/_profile.py, core/auth/util.py). */
const isSignInMissing = (stderr: string): boolean => /Please run 'az login'|AADSTS\d+|az login --tenant/.test(stderr);

const describe = ({ code, message, target }: ArmError): string =>
  `${code}: ${message}${target ? ` (${target.replace(/^.*\/providers\//, '')})` : ''}`;

const ownWords = (stderr: string): string =>
  stderr
    .replace(/^ERROR: /gm, '')
    .trim()
    .split('\n')
    .slice(0, 20)
    .join('\n  ') || 'az said nothing about it.';

/** az prints the error as JSON behind ERROR:, or on a line of its own under "Inner Errors". */
function causesIn(stderr: string): readonly ArmError[] {
  const whole = parseJson(stderr.slice(stderr.indexOf('{'), stderr.lastIndexOf('}') + 1));
  const texts =
    whole === undefined ? stderr.split('\n').map((line) => parseJson(line.replace(/^ERROR: /, ''))) : [whole];
  return texts.flatMap((one) => leavesOf(one));
}

/** The errors that have no more details. A message may be another error, written as JSON. */
function leavesOf(value: unknown): readonly ArmError[] {
  const error = isRecord(value) && isRecord(value['error']) ? value['error'] : value;
  if (!isRecord(error)) return [];
  const { details } = error;
  const inner = Array.isArray(details) ? details.flatMap(leavesOf) : [];
  const inMessage = typeof error['message'] === 'string' ? leavesOf(parseJson(error['message'])) : [];
  if (inner.length > 0 || inMessage.length > 0) return [...inner, ...inMessage];
  if (typeof error['code'] !== 'string') return [];
  return [{ code: error['code'], message: text(error['message']), target: text(error['target']) }];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
